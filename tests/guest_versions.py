"""Versions of what guests see, read from the database."""

import sqlalchemy as sa

from models.base import db
from models.public import PublicVersion


def read_versions() -> dict[str, str]:
    """Return all versions by scope."""
    return dict(db.session.execute(sa.select(PublicVersion.scope, PublicVersion.version)).all())


def changed_since(before: dict[str, str]) -> set[str]:
    """Return the scopes whose version has changed."""
    return {scope for scope, version in read_versions().items() if before.get(scope) != version}
