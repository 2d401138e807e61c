"""Fills an empty database: `python -m benchmarks.fill --database-url … --posts 1000000`.

Companies and people are written one by one; of everything numerous, the database makes rows itself from a list of
numbers and a thousand rendered bodies. Randomness is arithmetic on the numbers: the same sizes give the same rows.
"""

import argparse
import time
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from benchmarks.databases import application
from benchmarks.people import DAYS, POSTS_A_TOPIC, STRIDE, Sizes, add_people
from community import text
from community.forums.composing import compose
from community.health import tasks as health
from community.health.publishing import ensure_first_policy
from models.accounts import Member, Membership
from models.base import db, now, transaction
from models.forums import Audience, Category, Post, Reaction, ReactionKind, Topic, TopicKind
from models.health import DailyCount
from models.ledger import Signal, SignalKind, SignalSequence
from models.projections import Projection

BODIES = 1_000
CATEGORIES = 12
# Every fourth category is closed to guests.
CLOSED_EVERY = 4
# So many of a hundred topics have no answer; every other one of the rest is solved.
WAITING_OF_100 = 4
KINDS = (SignalKind.REPLY_POSTED, SignalKind.TOPIC_OPENED, SignalKind.REACTION_RECEIVED, SignalKind.SEMINAR_ATTENDED)
# As STRIDE, for a second thing.
LEAP = 104_729


def fill(sizes: Sizes) -> None:
    """Fill an empty, migrated database, with one transaction for each kind of row."""
    for part in (add_people, _categories, _topics, _posts, _openings, _reactions, _signals, _counts):
        with transaction():
            part(sizes)
    _scores()
    analyze()


def fill_ledger(sizes: Sizes) -> None:
    """Write companies, people and their acts, counted and in both projections, but without scores."""
    for part in (add_people, _signals, _counts):
        with transaction():
            part(sizes)
    analyze()


def analyze() -> None:
    """Update the database's statistics, as its own housekeeping would."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"))


# --- numerous rows


def _categories(sizes: Sizes) -> None:
    del sizes
    for n in range(CATEGORIES):
        readers = Audience.PUBLIC if (n + 1) % CLOSED_EVERY else Audience.MEMBERS
        db.session.add(Category(slug=f"category{n}", name=f"カテゴリその{n}", position=n, readers=readers))


def _numbers(count: int) -> sa.CTE:
    """Return a table with one column, n: 0 … count - 1."""
    n = sa.literal(0, sa.BigInteger).label("n")  # times a prime it is large
    numbers = sa.select(n).cte("numbers", recursive=True)
    return numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < count - 1))


def _later(start: datetime, seconds: sa.ColumnElement[Any]) -> sa.ColumnElement[datetime]:
    """Return `start` plus so many whole seconds, in the database's own arithmetic."""
    if db.engine.dialect.name == "postgresql":
        moment = sa.literal(start, sa.DateTime(timezone=True)) + seconds * sa.text("interval '1 second'")
        return sa.type_coerce(moment, Topic.created_at.type)
    plain = start.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    moment = sa.func.strftime("%Y-%m-%d %H:%M:%S.000000", plain, sa.cast(seconds, sa.String) + " seconds")
    return sa.type_coerce(moment, Topic.created_at.type)


def _day(start: datetime, days: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    if db.engine.dialect.name == "postgresql":
        return sa.literal(start.date()) + sa.cast(days, sa.Integer)
    return sa.type_coerce(sa.func.date(start.date().isoformat(), sa.cast(days, sa.String) + " days"), sa.Date)


def _put(model: type[Any], values: dict[str, Any], source: type[Any] | sa.FromClause) -> None:
    """Insert rows with one INSERT … SELECT; columns that are not named get their usual defaults."""
    chosen = sa.select(
        *(sa.sql.expression.label(name, sa.literal(v) if _is_plain(v) else v) for name, v in values.items())
    )
    db.session.execute(sa.insert(model).from_select(list(values), chosen.select_from(source)))


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int)


def _author(n: sa.ColumnElement[Any], sizes: Sizes) -> sa.ColumnElement[int]:
    """Return the expression of an author's id; the lowest ids are the staff's."""
    first = db.session.scalar(sa.select(sa.func.min(Member.id)).where(Member.staff_role.is_(None)))
    return sa.literal(first) + n % sizes.members


def _topics(sizes: Sizes) -> None:
    n = (numbers := _numbers(sizes.topics)).c.n
    step = DAYS * 86_400 // (sizes.topics + 1)
    opened = _later(now() - timedelta(days=DAYS), n * step)
    waits = (n * STRIDE) % 100 < WAITING_OF_100
    first_category = db.session.scalar(sa.select(sa.func.min(Category.id)))
    values = {
        "id": n + 1,
        "category_id": sa.literal(first_category) + n % CATEGORIES,
        "author_id": _author(n * STRIDE, sizes),
        "kind": TopicKind.QUESTION.value,
        "title": sa.literal("取り込んだ日付が一日ずれます（その") + sa.cast(n, sa.String) + "）",
        "last_position": sa.case((waits, 1), else_=POSTS_A_TOPIC),
        "created_at": opened,
        "last_post_at": opened,
    }
    _put(Topic, values, numbers)


def _posts(sizes: Sizes) -> None:
    bodies = sa.Table(
        "benchmark_body", sa.MetaData(), sa.Column("n", sa.Integer, primary_key=True), sa.Column("body", sa.Text),
        sa.Column("html", sa.Text), prefixes=["TEMPORARY"],
    )  # fmt: skip
    bodies.create(db.session.connection())
    db.session.execute(sa.insert(bodies), [{"n": n, **_body(n)} for n in range(BODIES)])
    place = _numbers(POSTS_A_TOPIC).c.n
    n = (Topic.id - 1) * POSTS_A_TOPIC + place
    source = sa.join(Topic, place.table, place < Topic.last_position).join(bodies, bodies.c.n == (n * STRIDE) % BODIES)
    values = {
        "id": n + 1,
        "topic_id": Topic.id,
        "position": place + 1,
        "author_id": sa.case((place == 0, Topic.author_id), else_=_author(n * LEAP, sizes)),
        "body": bodies.c.body,
        "html": bodies.c.html,
        "render_version": text.RENDER_VERSION,
        "created_at": _after(Topic.created_at, place * 60),
    }
    _put(Post, values, source)
    bodies.drop(db.session.connection())
    for table, column in (("topic", Topic.id), ("post", Post.id)):
        _go_on_counting(table, column)


def _after(start: InstrumentedAttribute[datetime], seconds: sa.ColumnElement[int]) -> sa.ColumnElement[datetime]:
    if db.engine.dialect.name == "postgresql":
        return sa.type_coerce(start + seconds * sa.text("interval '1 second'"), Topic.created_at.type)
    moment = sa.func.strftime("%Y-%m-%d %H:%M:%S.000000", start, sa.cast(seconds, sa.String) + " seconds")
    return sa.type_coerce(moment, Topic.created_at.type)


def _body(n: int) -> dict[str, str]:
    sentences = "取り込みの設定を見直したところ、時間帯が協定世界時のままでした。"
    written = compose(
        f"その{n}です。**{n % 7}番目の画面**を開いてください。\n\n{sentences * (1 + n % 4)}\n\n"
        f"- 手順の一つ目\n- `TZ=Asia/Tokyo` を書く\n- 確かめる\n\n同じことで困っている方の助けになれば幸いです。"
    )
    return {"body": written.body, "html": written.html}


def _go_on_counting(table: str, column: InstrumentedAttribute[int]) -> None:
    """Set PostgreSQL's id counters, which rows with given ids leave behind."""
    if db.engine.dialect.name == "postgresql":
        newest = db.session.scalar(sa.select(sa.func.max(column)))
        db.session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest or 1})"))


def _openings(sizes: Sizes) -> None:
    """Set authors' companies, the time of each topic's last post, and the accepted answers."""
    del sizes
    home = sa.select(Membership.account_id).where(Membership.until_day.is_(None))
    for model in (Topic, Post):
        own = home.where(Membership.member_id == model.author_id).correlate(model).scalar_subquery()
        _set(sa.update(model).values(account_id=own))
    last_post_at = _after(Topic.created_at, (Topic.last_position - 1) * 60)
    answer = (Topic.id - 1) * POSTS_A_TOPIC + 3
    solved = sa.and_(Topic.last_position > 1, Topic.id % 2 == 0)
    _set(sa.update(Topic).values(last_post_at=last_post_at))
    _set(sa.update(Topic).where(solved).values(accepted_post_id=answer, accepted_at=last_post_at))


def _set(change: sa.Update) -> None:
    db.session.execute(change.execution_options(synchronize_session=False))


def _reactions(sizes: Sizes) -> None:
    """Add one reaction to every third post."""
    values = {"post_id": Post.id, "member_id": _author(Post.id * STRIDE, sizes), "kind": ReactionKind.THANKS.value}
    chosen = sa.select(Post.id).where(Post.id % 3 == 0).subquery()
    _put(Reaction, values, sa.join(Post, chosen, chosen.c.id == Post.id))


def _signals(sizes: Sizes) -> None:
    put_signals(sizes, sizes.signals)


def put_signals(sizes: Sizes, count: int) -> int:
    """Add so many acts after the existing ones; return the id of the first."""
    first = (db.session.scalar(sa.select(sa.func.max(Signal.id))) or 0) + 1
    numbers = _numbers(count)
    n = numbers.c.n + (first - 1)
    start = now() - timedelta(days=DAYS)
    days_ago = n * LEAP % (DAYS - 1)
    member = _author(n * STRIDE, sizes)
    values = {
        "id": n + 1,
        "kind": sa.case({i: kind.value for i, kind in enumerate(KINDS)}, value=n % len(KINDS)),
        "member_id": member,
        "account_id": Membership.account_id,
        "day": _day(start, days_ago),
        "occurred_at": _later(start, days_ago * 86_400),
        "recorded_at": _later(start, days_ago * 86_400),
        "subject_kind": "post",
        "subject_id": n + 1,
        "cause": "act",
        "source": "benchmark",
    }
    there = sa.and_(Membership.member_id == member, Membership.until_day.is_(None))
    _put(Signal, values, sa.join(numbers, Membership, there))
    _go_on_counting("signal", Signal.id)
    return first


def sequence(signals: int) -> None:
    """Give all signals their sequence numbers, and mark both projections as complete."""
    _put(SignalSequence, {"seq": Signal.id, "signal_id": Signal.id}, Signal)
    for name in ("health", "notifications"):
        db.session.merge(Projection(name=name, position=signals))


def _counts(sizes: Sizes) -> None:
    """Write what the health projection would have counted; no act is ever reversed here."""
    sequence(sizes.signals)
    ensure_first_policy()
    grain = (Signal.account_id, Signal.member_id, Signal.kind, Signal.day)
    counted = sa.select(*grain, sa.func.count(sa.distinct(Signal.subject_id))).group_by(*grain)
    db.session.execute(sa.insert(DailyCount).from_select(["account_id", "member_id", "kind", "day", "n"], counted))


def _scores() -> None:
    health.take_snapshots()
    health.rescore_accounts()


# --- the command


def add_sizes(parser: argparse.ArgumentParser) -> None:
    """Add an option for every size."""
    for field in fields(Sizes):
        parser.add_argument(f"--{field.name}", type=int, default=field.default)


def sizes_of(given: argparse.Namespace) -> Sizes:
    return Sizes(**{field.name: getattr(given, field.name) for field in fields(Sizes)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", required=True)
    add_sizes(parser)
    given = parser.parse_args()
    sizes = sizes_of(given)
    with application(given.database_url) as app, app.app_context():
        began = time.monotonic()
        fill(sizes)
        print(f"{sizes} in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
