"""What a person wrote shows the company that they belonged to on the day; a back-dated transfer corrects it."""

from collections import defaultdict
from datetime import datetime, time

import sqlalchemy as sa
from flask import current_app

from community.ledger.rules import day_of
from community.room import Transfer
from models.base import db
from models.forums import Post, Topic


def follow_transfer(transfer: Transfer) -> None:
    """Correct the company on the person's topics and posts from the day of the transfer on."""
    for model in (Topic, Post):
        _follow(model, transfer)


def _follow(model: type[Topic | Post], transfer: Transfer) -> None:
    zone = current_app.config["COMMUNITY_ZONE"]
    since = datetime.combine(transfer.from_day, time.min, zone)
    written = db.session.execute(
        sa.select(model.id, model.account_id, model.created_at)
        .where(model.author_id == transfer.member.id, model.created_at >= since)
        .order_by(model.id)
    )
    wrong: defaultdict[int | None, list[int]] = defaultdict(list)
    for item_id, account_id, at in written:
        right = transfer.company_on(day_of(at, zone))
        if right != account_id:
            wrong[right].append(item_id)
    for account_id, ids in wrong.items():
        db.session.execute(sa.update(model).where(model.id.in_(ids)).values(account_id=account_id))
