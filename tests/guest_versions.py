"""The versions of all that guests see, as the database has them."""

import sqlalchemy as sa

from models.base import db
from models.public import PublicVersion


def read_versions() -> dict[str, str]:
    """Return every version there is, by its scope."""
    return dict(db.session.execute(sa.select(PublicVersion.scope, PublicVersion.version)).all())


def changed_since(before: dict[str, str]) -> set[str]:
    """Return the scopes that have another version now."""
    return {scope for scope, version in read_versions().items() if before.get(scope) != version}
