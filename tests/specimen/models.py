"""The specimen's table. It is on metadata of its own, so that no other test and no migration has it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from models.accounts import Account, Member
from models.base import NAMING, Base, now, pk
from models.moderation import Moderated


class SpecimenBase(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = Base.type_annotation_map


class Note(Moderated, SpecimenBase):
    """Something that a member has written down for everybody. `account_id`: the author's company on the day."""

    __tablename__ = "note"

    id: Mapped[pk]
    title: Mapped[str] = mapped_column(sa.String(120))
    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Member.__table__.c.id))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.__table__.c.id))
    is_pinned: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)

    author: Mapped[Member] = relationship(Member, lazy="joined", innerjoin=True)
