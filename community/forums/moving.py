"""What a person wrote is shown with the company they belonged to on the day; a back-dated move corrects it."""

from collections import defaultdict
from datetime import datetime, time

import sqlalchemy as sa
from flask import current_app

from community.accounts.memberships import Move
from community.ledger.rules import day_of
from models.base import db
from models.forums import Post, Topic


def follow_move(move: Move) -> None:
    """Correct the company on posts and topics since the day of the move.

    Before the person is held: everybody else holds a topic first, and its author's row after it.
    """
    for model in (Topic, Post):
        _follow(model, move)


def _follow(model: type[Topic | Post], move: Move) -> None:
    zone = current_app.config["COMMUNITY_ZONE"]
    since = datetime.combine(move.from_day, time.min, zone)
    written = db.session.execute(
        sa.select(model.id, model.account_id, model.created_at)
        .where(model.author_id == move.member.id, model.created_at >= since)
        .order_by(model.id)
    )
    wrong: defaultdict[int | None, list[int]] = defaultdict(list)
    for item_id, account_id, at in written:
        day = day_of(at, zone)
        right = next((stay.account_id for stay in move.stays if stay.covers(day)), None)
        if right != account_id:
            wrong[right].append(item_id)
    for account_id, ids in wrong.items():
        db.session.execute(sa.update(model).where(model.id.in_(ids)).values(account_id=account_id))
