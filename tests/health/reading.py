"""One question to a company's history at a time, as tests ask."""

from datetime import date

import sqlalchemy as sa

from community.health.account_history import Reading, ScoreChange, load_account_history
from community.health.situations import today
from models.base import db
from models.health import AccountSnapshot


def explain(account_id: int, day: date | None = None, *, as_known_now: bool = False) -> Reading | None:
    """A day's reading, today's by default."""
    day = day or today()
    return load_account_history(account_id, day).explain(day, as_known_now=as_known_now)


def explain_change(account_id: int, since: date) -> ScoreChange:
    """The change since the end of a day."""
    return load_account_history(account_id, today(), (today() - since).days).explain_change(since, today())


def get_snapshot(account_id: int, day: date) -> AccountSnapshot | None:
    """What was written down of a day."""
    chosen = sa.select(AccountSnapshot).where(AccountSnapshot.account_id == account_id, AccountSnapshot.day == day)
    return db.session.scalar(chosen)
