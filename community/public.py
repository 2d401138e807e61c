"""Versions of what guests can see: one for each scope ("topic:7"), changed in the transaction that changes its rows.

A cached page is valid while the versions of its scopes are the same. Rooms say which tables guests see and which scopes
a changed row touches (`community/room/pages.py`); where that is uncertain, the row touches everything.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from functools import cache
from threading import Lock
from typing import Any, Generic, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from community.room import EVERYTHING, GuestTable, Scope, current_rooms
from models.base import before_commit, db
from models.public import PublicVersion

Value = TypeVar("Value")
_TOUCHED = "public_touched"
_TOUCHES = "public_touches"
_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
# A transaction that touches more scopes than this touches everything: each scope is a row that others may wait for.
MOST_SCOPES = 50
# Answers that are remembered at once.
MOST_REMEMBERED = 200


# --- reading versions


def get_versions(scopes: Collection[Scope]) -> dict[Scope, str]:
    """Return the version of each scope, "" if it never changed, in one query."""
    names = {f"scope_{number}": scope for number, scope in enumerate(sorted(scopes))}
    found = dict(db.session.execute(_versions_chosen(len(names)), names).all())
    return {scope: found.get(scope, "") for scope in scopes}


@cache
def _versions_chosen(count: int) -> sa.Select[str, str]:
    """Return the statement for so many scopes. Every cached page asks it, so it is short in two ways.

    The ORM's way to the same rows takes twice as long, and a list of any length is written into the statement anew each
    time.
    """
    table = PublicVersion.__table__
    scopes = [sa.bindparam(f"scope_{number}", type_=sa.String) for number in range(count)]
    return sa.select(table.c.scope, table.c.version).where(table.c.scope.in_(scopes))


def version_of(scope: sa.ColumnElement[str] | Scope) -> sa.ColumnElement[str]:
    """Return the version of a scope as a column for another query; "" if it never changed."""
    chosen = sa.select(PublicVersion.version).where(PublicVersion.scope == scope)
    return sa.func.coalesce(chosen.scalar_subquery(), "")


class Remembered(Generic[Value]):
    """A cache of computed answers, each kept by the version of what it was computed from."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}
        self._lock = Lock()

    def get(self, version: str, question: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the answer to the question, computed if it is not known. Callers read `version` before the call."""
        if is_changing(db.session()):
            return compute()
        known = self._answers.get((version, question), self)
        if known is not self:
            return known
        answer = compute()
        with self._lock:
            if len(self._answers) >= MOST_REMEMBERED:
                self._answers.clear()
            self._answers[version, question] = answer
        return answer


# --- raising versions


def touching(*scopes: Scope) -> Mapping[str, Any]:
    """Return execution options (`.execution_options(**…)`): the statement changes only these scopes for guests.

    An INSERT, UPDATE or DELETE without these options, on a table that guests see, touches everything.
    """
    return {_TOUCHES: scopes}


# Execution options: the statement changes nothing that guests see.
UNSEEN = touching()


def touch_everything() -> None:
    """Let this transaction touch everything, although it changes no row that guests see: a day begins."""
    _touch(db.session(), [EVERYTHING])


def is_changing(session: Session) -> bool:
    """Return whether this transaction has changed what guests see, so that versions read in it are out of date."""
    return bool(session.info.get(_TOUCHED))


def raise_versions(session: Session) -> None:
    """Give every scope that this transaction touches a new version, as the last step before the commit.

    As the last step, because the rows stay locked until the commit. In the order of the scopes' names, so that two
    writers never wait for each other.
    """
    session.flush()
    touched: set[Scope] = session.info.pop(_TOUCHED, set())
    if not touched:
        return
    if EVERYTHING in touched or len(touched) > MOST_SCOPES:
        touched = {EVERYTHING}  # every page depends on it
    version = uuid4().hex
    added = _INSERT[session.get_bind().dialect.name](PublicVersion).values(
        [{"scope": scope, "version": version} for scope in sorted(touched)]
    )
    session.execute(
        added.on_conflict_do_update(index_elements=["scope"], set_={"version": added.excluded.version}),
        execution_options=UNSEEN,
    )


def raise_versions_at_commit() -> None:
    """Make sessions of this process raise the versions of what guests see when they commit changes. Idempotent."""
    if not event.contains(Session, "after_flush", _note_rows):
        before_commit(raise_versions)
        event.listen(Session, "after_flush", _note_rows)
        event.listen(Session, "do_orm_execute", _note_statement)


def _touch(session: Session, scopes: Collection[Scope]) -> None:
    session.info.setdefault(_TOUCHED, set()).update(scopes or [EVERYTHING])


def _note_rows(session: Session, context: UOWTransaction) -> None:
    """Note the touched scopes after a flush: new rows have ids then, and changes are still known."""
    del context
    tables = current_rooms().guest_tables
    for row, is_whole in [
        *((row, True) for row in (*session.new, *session.deleted)),
        *((row, False) for row in session.dirty),
    ]:
        state: Any = sa.inspect(row)
        said = tables.get(state.mapper.local_table.name, ())
        if not said:
            continue
        changed = set(state.mapper.column_attrs.keys())
        if not is_whole:
            changed = {name for name in changed if state.attrs[name].history.has_changes()}
        seen_by = [table for table in said if changed - table.unseen]
        if seen_by:
            _touch(session, _scopes_of(row, changed, seen_by, is_whole=is_whole))


def _scopes_of(row: object, changed: set[str], tables: Collection[GuestTable[Any]], *, is_whole: bool) -> set[Scope]:
    scopes: set[Scope] = set()
    for table in tables:
        if table.scopes is None or (changed & table.placed_by and not is_whole):
            return {EVERYTHING}
        scopes.update(table.scopes(row, changed - table.unseen))
    return scopes


def _note_statement(state: ORMExecuteState) -> None:
    if state.is_select:
        return
    table: Any = getattr(state.statement, "table", None)
    if table is None or table.name not in current_rooms().guest_tables:
        return
    touches = state.execution_options.get(_TOUCHES)
    if touches != ():
        _touch(state.session, touches or [EVERYTHING])
