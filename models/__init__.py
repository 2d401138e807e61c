"""Floor 0: tables, columns, the session, migrations. Imports nothing of ours."""

from . import (
    accounts,
    audit,
    files,
    forums,
    health,
    joining,
    ledger,
    mail,
    moderation,
    notifications,
    projections,
    public,
    records,
    search,
    security,
)

__all__ = [
    "accounts",
    "audit",
    "files",
    "forums",
    "health",
    "joining",
    "ledger",
    "mail",
    "moderation",
    "notifications",
    "projections",
    "public",
    "records",
    "search",
    "security",
]
