"""What guests can see has a version: it changes, in the same commit, with every row that a guest's page may show.

What was made of a version holds as long as it does.
"""

from collections.abc import Callable, Hashable
from functools import cache
from threading import Lock
from typing import Any, Generic, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from models.base import before_commit, db
from models.public import PublicVersion

Value = TypeVar("Value")
# The tables that guests' pages read, a test walks the pages and compares; of each the columns that no guest sees.
SHOWN: dict[str, frozenset[str]] = {
    "account": frozenset({"csm_id", "plan", "licences", "renews_on", "contract_ended_on"}),
    "category": frozenset(),
    "member": frozenset({"email", "password_hash", "session_version", "locale", "time_zone", "seen_at", "visited_at"}),
    "membership": frozenset(),
    "post": frozenset(),
    "reaction": frozenset({"signal_id"}),
    "removal": frozenset(),
    "topic": frozenset({"views"}),
}
# Of a statement of its own that no guest's page has to be dropped for: `.execution_options(**UNSEEN)`.
UNSEEN = {"unseen": True}
_CHANGED = "public_changed"
# Different questions about one version; each is asked by many.
MOST_REMEMBERED = 200


def get_public_version() -> str:
    """One tiny query."""
    return db.session.scalar(version_chosen()) or ""


@cache
def version_chosen() -> sa.Select[str]:
    return sa.select(PublicVersion.version)


class Remembered(Generic[Value]):
    """Answers that are dear to work out, each until something public changes."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}
        self._lock = Lock()

    def get(self, version: str, question: Hashable, work_out: Callable[[], Value]) -> Value:
        """`version` was read before the answer is worked out."""
        if is_changing(db.session()):
            return work_out()
        known = self._answers.get((version, question), self)
        if known is not self:
            return known
        answer = work_out()
        with self._lock:
            if len(self._answers) >= MOST_REMEMBERED:
                self._answers.clear()
            self._answers[version, question] = answer
        return answer


# --- watching what is written


def raise_version(session: Session) -> None:
    """If anything that guests see has changed in this transaction, give it a new version; the last thing before commit.

    Last, because the row stays locked until then: writers pass it one after the other, but none waits in between.
    """
    session.flush()
    if session.info.pop(_CHANGED, False):
        session.execute(sa.update(PublicVersion).values(version=uuid4().hex), execution_options=UNSEEN)


def is_changing(session: Session) -> bool:
    """Whether this transaction has changed what guests see, so that the version it reads is not that of its rows."""
    return bool(session.info.get(_CHANGED))


def watch() -> None:
    """From now on whoever writes, in whatever process, changes the version of what guests see."""
    if not event.contains(Session, "before_flush", _look_at_rows):
        before_commit(raise_version)
        event.listen(Session, "before_flush", _look_at_rows)
        event.listen(Session, "do_orm_execute", _look_at_statement)


def changes() -> None:
    """Say that what guests see changes with this transaction although no row of it does: a day begins."""
    db.session().info[_CHANGED] = True


def _look_at_rows(session: Session, context: UOWTransaction, instances: object) -> None:
    del context, instances
    if any(_is_shown(row) for row in (*session.new, *session.deleted)) or any(map(_shows_change, session.dirty)):
        session.info[_CHANGED] = True


def _look_at_statement(state: ORMExecuteState) -> None:
    if state.is_select or state.execution_options.get("unseen"):
        return
    table: Any = getattr(state.statement, "table", None)
    if table is not None and table.name in SHOWN:
        state.session.info[_CHANGED] = True


def _is_shown(row: object) -> bool:
    return sa.inspect(row).mapper.local_table.name in SHOWN


def _shows_change(row: object) -> bool:
    state: Any = sa.inspect(row)
    unseen = SHOWN.get(state.mapper.local_table.name)
    if unseen is None:
        return False
    names = state.mapper.column_attrs.keys()
    return any(name not in unseen and state.attrs[name].history.has_changes() for name in names)
