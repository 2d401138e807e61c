"""Writes what members want to be mailed about, and when."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.room import current_rooms
from models.base import db
from models.mail import Delivery, MailChoice, MailRhythm

from . import queries, rules

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def choose(member_id: int, chosen: Mapping[str, Delivery], *, at_any_hour: bool | None = None) -> None:
    """Store how the member wants these kinds mailed, and whether at night and on holidays too (None: unchanged)."""
    for kind, delivery in chosen.items():
        _upsert(MailChoice, {"member_id": member_id, "kind": kind}, {"delivery": delivery})
    if at_any_hour is not None:
        _upsert(MailRhythm, {"member_id": member_id}, {"at_any_hour": at_any_hour})


def stop(member_id: int, kind: str) -> None:
    """Stop mails of this kind; for `DIGEST`, of every kind that goes into digests. Idempotent."""
    if kind == rules.DIGEST:
        chosen, kinds = queries.get_choices(member_id), current_rooms().notification_kinds
        stopped = [name for name, each in kinds.items() if chosen.get(name, each.delivery) == Delivery.DIGEST]
    else:
        stopped = [kind]
    choose(member_id, dict.fromkeys(stopped, Delivery.NONE))


def _upsert(model: type[MailChoice | MailRhythm], key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert or update a row in one statement: two pages of one member may do so at once."""
    added = _INSERT[db.session.get_bind().dialect.name](model).values(**key, **values)
    put = added.on_conflict_do_update(index_elements=[sa.column(name) for name in key], set_=values)
    db.session.execute(put.execution_options(synchronize_session=False))
