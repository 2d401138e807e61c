"""Floor 0: tables, columns, the session, migrations. Imports nothing of ours."""

from . import accounts, audit, files, forums, health, ledger, mail, moderation, notifications, public, settlement

__all__ = [
    "accounts",
    "audit",
    "files",
    "forums",
    "health",
    "ledger",
    "mail",
    "moderation",
    "notifications",
    "public",
    "settlement",
]
