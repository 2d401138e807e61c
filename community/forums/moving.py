"""What a person wrote is shown with the company of its day; a move corrects what was written since its own day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time

import sqlalchemy as sa
from flask import current_app

from community.accounts.memberships import Stay
from community.ledger.rules import day_of
from models.accounts import Member
from models.base import db
from models.forums import Post, Topic


def correct_companies(member: Member, from_day: date, stays: Sequence[Stay]) -> None:
    """Let what the person wrote since that day show the company that these stays say of its day."""
    for model in (Topic, Post):
        _correct(model, member, from_day, stays)


def _correct(model: type[Topic | Post], member: Member, from_day: date, stays: Sequence[Stay]) -> None:
    zone = current_app.config["COMMUNITY_ZONE"]
    since = datetime.combine(from_day, time.min, zone)
    written = db.session.execute(
        sa.select(model.id, model.account_id, model.created_at)
        .where(model.author_id == member.id, model.created_at >= since)
        .order_by(model.id)
    )
    wrong: defaultdict[int | None, list[int]] = defaultdict(list)
    for item_id, account_id, at in written:
        day = day_of(at, zone)
        right = next((stay.account_id for stay in stays if stay.covers(day)), None)
        if right != account_id:
            wrong[right].append(item_id)
    for account_id, ids in wrong.items():
        db.session.execute(sa.update(model).where(model.id.in_(ids)).values(account_id=account_id))
