"""How fast the ledger is: `python -m benchmarks.ledger --companies 15000 --members 30000 --signals 5000000`.

On a PostgreSQL, its own or the empty one of --database-url:

process   pending signals are sequenced and processed by all projections, in signals a second
rebuild   all projections are reset and derived from a ledger of --rebuild signals from its start
rescore   every account is scored for a new day, beside one SQL aggregation of the same signals by (account, member,
          kind, day), in the same run

Seconds are of processors, this process's and its backend's together; the clock's are in brackets.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa

from benchmarks.databases import application
from benchmarks.fill import add_sizes, analyze, fill_ledger, put_signals, sizes_of
from benchmarks.measuring import list_backends, said, spent_by
from benchmarks.people import Sizes
from community.health import tasks as health
from community.projections import tasks as projections
from models.base import db, transaction
from models.health import AccountScore
from models.ledger import PendingSignal, Signal

LEAST_A_SECOND = 2_000
MOST_REBUILD_SECONDS = 300.0
MOST_TIMES_SQL = 4.0


@dataclass
class Spent:
    """Seconds of processors, and of the clock."""

    cpu: float = 0.0
    clock: float = 0.0

    def __str__(self) -> str:
        return f"{self.cpu:.1f} s ({self.clock:.1f} s)"


@contextmanager
def spending() -> Iterator[Spent]:
    spent, backends = Spent(), list_backends()
    before, cpu, clock = sum(map(spent_by, backends)), time.process_time(), time.monotonic()
    yield spent
    spent.cpu = time.process_time() - cpu + (sum(map(spent_by, backends)) - before) / 1e9
    spent.clock = time.monotonic() - clock


def process(sizes: Sizes, waiting: int) -> None:
    """Process signals as an import leaves them, written and pending."""
    with transaction():
        first = put_signals(sizes, waiting)
        chosen = sa.select(Signal.id).where(Signal.id >= first)
        db.session.execute(sa.insert(PendingSignal).from_select(["signal_id"], chosen))
    analyze()
    with spending() as spent:
        projections.process_pending()
    a_second = waiting / spent.cpu
    print(
        f"process: {waiting} signals in {spent}: {a_second:.0f}/s: {said(met=a_second >= LEAST_A_SECOND)}", flush=True
    )


def rebuild(signals: int) -> None:
    with spending() as spent:
        projections.rebuild()
    print(f"rebuild: {signals} signals in {spent}: {said(met=spent.cpu < MOST_REBUILD_SECONDS)}", flush=True)


def rescore(sizes: Sizes) -> None:
    analyze()
    before = _aggregate()
    with transaction():
        db.session.execute(sa.update(AccountScore).values(day=AccountScore.day - timedelta(days=1)))
    with spending() as spent:
        health.rescore_accounts()
    aggregation = (before.cpu + _aggregate().cpu) / 2
    ratio = spent.cpu / aggregation
    print(
        f"rescore: {sizes.companies} accounts with {sizes.signals} signals in {spent}; "
        f"one SQL aggregation {aggregation:.1f} s; {ratio:.1f} times: {said(met=ratio <= MOST_TIMES_SQL)}",
        flush=True,
    )


def _aggregate() -> Spent:
    """Run the yardstick: what the database needs to count everything once."""
    grain = (Signal.account_id, Signal.member_id, Signal.kind, Signal.day)
    counted = sa.select(*grain, sa.func.count(sa.distinct(Signal.subject_id)).label("n")).group_by(*grain).subquery()
    db.session.execute(sa.text("SET max_parallel_workers_per_gather = 0"))  # only one backend is watched
    with spending() as spent:
        db.session.execute(sa.select(sa.func.count(), sa.func.sum(counted.c.n))).one()
    db.session.rollback()
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url")
    parser.add_argument("--waiting", type=int, default=20_000, help="signals to process")
    parser.add_argument("--rebuild", type=int, default=0, help="signals to rebuild from; 0: none")
    add_sizes(parser)
    given = parser.parse_args()
    sizes = sizes_of(given)
    with application(given.database_url) as app, app.app_context():
        fill_ledger(replace(sizes, signals=given.rebuild or sizes.signals))
        if given.rebuild:
            rebuild(given.rebuild)
        process(sizes, given.waiting)
        if not given.rebuild:
            rescore(sizes)


if __name__ == "__main__":
    main()
