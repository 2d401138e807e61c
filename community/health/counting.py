"""Counts from the ledger: how many distinct objects each person's acts of a kind touched on a day."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from community.health.rules import Counts, Days
from community.ledger.queries import effective_acts
from models.base import db, is_among
from models.health import DailyCount
from models.ledger import Signal, SignalKind, SignalSequence


class Grain(NamedTuple):
    """The unit of counting: one person's acts of one kind on one day. The names are columns of both tables."""

    account_id: int
    member_id: int
    kind: str
    day: date


SEPARATOR = ":"
"""Between the kind and the id of an act's object; repeats on one object count once a day."""


class _DayNumber(FunctionElement[int]):
    """A column's day as its proleptic ordinal, as `date.toordinal` gives it."""

    type = sa.Integer()
    inherit_cache = True


@compiles(_DayNumber, "postgresql")
def _postgresql_day_number(element: _DayNumber, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"({compiler.process(element.clauses, **options)} - DATE '0001-01-01' + 1)"


@compiles(_DayNumber, "sqlite")
def _sqlite_day_number(element: _DayNumber, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"CAST(julianday({compiler.process(element.clauses, **options)}) - 1721424.5 AS INTEGER)"


def stored_days(account_ids: Collection[int]) -> dict[int, Days]:
    """Return the stored counts by account, with one query.

    The database concatenates the days: fetching a row for each takes longer than all computing with them.
    """
    grain = (DailyCount.account_id, DailyCount.member_id, DailyCount.kind, DailyCount.n)
    days = sa.func.aggregate_strings(sa.cast(_DayNumber(DailyCount.day), sa.String), ",")
    chosen = sa.select(*grain, days).where(is_among(DailyCount.account_id, account_ids)).group_by(*grain)
    found: dict[int, dict[tuple[int, str, int], list[int]]] = {account_id: {} for account_id in account_ids}
    for account_id, member_id, kind, n, numbers in db.session.execute(chosen):
        found[account_id][member_id, kind, n] = list(map(int, numbers.split(",")))
    return dict(found)


def ledger_counts(account_ids: Collection[int], read_to: int, *, recorded_to: int | None = None) -> dict[int, Counts]:
    """Return the counts of acts that stand as of sequence number `read_to`, from the raw ledger, by account; one query.

    `recorded_to` leaves out acts after that earlier number, but not later reversals of earlier acts.
    """
    counting = _counting(read_to).where(Signal.account_id.in_(account_ids))
    if recorded_to is not None:
        counting = counting.where(SignalSequence.seq <= recorded_to)
    return _by_account(account_ids, db.session.execute(counting))


def counts_on(grains: Collection[Grain], read_to: int) -> sa.Select[int | None, int, SignalKind, date, int]:
    """Return a select of these grains' counts as of a sequence number: rows for DailyCount, without zeros."""
    touched = table_of(grains)
    is_touched = (getattr(Signal, name) == touched.c[name] for name in Grain._fields)
    return _counting(read_to).join(touched, sa.and_(*is_touched))


def table_of(grains: Collection[Grain]) -> sa.FromClause:
    """Return the grains as a table to join with, passed as one JSON value: thousands of parameters take seconds."""
    columns = [sa.column(name, DailyCount.__table__.c[name].type) for name in Grain._fields]
    written = json.dumps([grain._asdict() for grain in sorted(grains)], default=str)
    if db.session.get_bind().dialect.name == "postgresql":
        rows = sa.func.json_to_recordset(sa.cast(sa.literal(written, sa.Text), sa.JSON))
        return rows.table_valued(*columns).render_derived(name="touched", with_types=True)
    each = sa.func.json_each(written).table_valued("value")
    return sa.select(
        *(sa.func.json_extract(each.c.value, f"$.{column.name}").label(column.name) for column in columns)
    ).subquery("touched")


def _counting(read_to: int | sa.BindParameter[int]) -> sa.Select[int | None, int, SignalKind, date, int]:
    object_key = Signal.subject_kind + SEPARATOR + sa.cast(Signal.subject_id, sa.String)
    grain = (Signal.account_id, Signal.member_id, Signal.kind, Signal.day)
    return (
        effective_acts(read_to)
        .with_only_columns(*grain, sa.func.count(sa.distinct(object_key)), maintain_column_froms=True)
        .group_by(*grain)
    )


def _by_account(account_ids: Collection[int], rows: Iterable[Any]) -> dict[int, Counts]:
    counts: defaultdict[int, dict[tuple[int, str, date], int]] = defaultdict(dict)
    for account_id, member_id, kind, day, n in rows:
        counts[account_id][member_id, str(kind), day] = n
    return {account_id: counts[account_id] for account_id in account_ids}
