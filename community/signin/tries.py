"""Counts of tries, in rows: exact over all processes, not lost by a restart, not dependent on Redis.

A try is counted before it is judged, so that a hundred at once are a hundred, and uncounted when it was right.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from community import networks
from community.config import Config
from models.base import db, now
from models.security import TryCount

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True)
class Ceiling:
    """So many tries within a window that begins with the first one; at most a day, since no counter lives longer."""

    name: str
    most: int
    within: timedelta

    def of(self, *whose: object) -> "Counter":
        """Return the counter of this ceiling for a person, a device, a network, or several of these together."""
        return Counter(self, networks.counter_key(self.name, *whose))


@dataclass(frozen=True)
class Counter:
    """One ceiling's count for somebody."""

    ceiling: Ceiling
    key: str


class TooManyTriesError(Exception):
    """A ceiling is reached. `wait`: until its window ends; of several windows, the last to end."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def count_try(counters: Collection[Counter]) -> None:
    """Count one try at each counter; if one of them is full, count at none. Raises TooManyTriesError."""
    if not _is_counting_on():
        return
    at = now()
    ends: list[datetime] = []
    for counter in sorted(counters, key=lambda counter: counter.key):  # one order: nobody waits for each other
        tries, ends_at = _increase_count(counter, at)
        if tries > counter.ceiling.most:
            ends.append(ends_at)
    if ends:
        uncount(counters)
        raise TooManyTriesError(max(ends) - at)


def uncount(counters: Iterable[Counter]) -> None:
    """Uncount one try at each counter: it was right, or was refused."""
    if not _is_counting_on():
        return
    for key in sorted(counter.key for counter in counters):
        one_less = sa.update(TryCount).where(TryCount.key == key, TryCount.tries > 0).values(tries=TryCount.tries - 1)
        db.session.execute(one_less.execution_options(synchronize_session=False))


def forget_old() -> None:
    """Delete the counts whose windows are over."""
    db.session.execute(sa.delete(TryCount).where(TryCount.ends_at < now()))


def _is_counting_on() -> bool:
    config: Config = current_app.config["TSUDOI"]
    return config.rate_limits


def _increase_count(counter: Counter, at: datetime) -> tuple[int, datetime]:
    """Count one more, in one statement, and return the count and the end of its window; an ended one begins anew."""
    insert = _INSERT[db.session.get_bind().dialect.name]
    added = insert(TryCount).values(key=counter.key, tries=1, ends_at=at + counter.ceiling.within)
    is_over = TryCount.ends_at <= at
    counted = added.on_conflict_do_update(
        index_elements=[TryCount.key],
        set_={
            "tries": sa.case((is_over, 1), else_=TryCount.tries + 1),
            "ends_at": sa.case((is_over, added.excluded.ends_at), else_=TryCount.ends_at),
        },
    ).returning(TryCount.tries, TryCount.ends_at)
    row = db.session.execute(counted.execution_options(synchronize_session=False)).one()
    return row.tries, row.ends_at
