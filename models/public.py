"""The version of what guests can see."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class PublicVersion(Base):
    """One row. `version` is a new random word after each change, so no roll-back or copy brings an old one back."""

    __tablename__ = "public_version"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(sa.String(32))
