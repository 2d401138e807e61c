"""What guests' pages cost while people write: `python -m benchmarks.guests --posts 10000 --rounds 60`.

Guests' pages are cached until something that they show changes, so a silent community is cheaper than a real one. Each
page is requested warm (cached, nothing written), cold (not cached), and nine times after each write: a reply or a
reaction, in turn, elsewhere or in the same topic; and each of nine topics once after a write in none of them. Figures
are CPU ms of process and database for a read, median and p95 of all reads, without the writes.
"""

import argparse
from collections.abc import Callable, Iterator
from itertools import count, cycle
from statistics import median, quantiles

import sqlalchemy as sa
from flask import Flask

from benchmarks.bare import make_bare_app
from benchmarks.databases import application
from benchmarks.fill import add_sizes, sizes_of
from benchmarks.measuring import Case, ask_for, cost_of, prepare
from benchmarks.pages import BARE, fill_if_empty, find_topic, member_of, signed_in
from community.forums import actions, answers, queries
from models.accounts import Member
from models.base import db, set_reading, transaction
from models.forums import Audience, Category, Post, ReactionKind, Topic

READS_A_WRITE = 9


class Writer:
    """Members who write in turn, by the actions of the forum's forms."""

    def __init__(self, app: Flask) -> None:
        self.app, self._numbers = app, count()
        with app.app_context():
            customers = sa.select(Member.id).where(Member.staff_role.is_(None)).order_by(Member.id)
            self._people = cycle(db.session.scalars(customers).all())
        self._reactions = cycle(ReactionKind)

    def write(self, topic_id: int) -> None:
        """Write a reply or a reaction, in turn."""
        with self.app.app_context():
            set_reading(False)
            with transaction():
                member = db.session.get_one(Member, next(self._people))
                topic = queries.get_topic(topic_id, seen_by=queries.get_viewer(member))
                assert topic is not None  # noqa: S101  a public one
                number = next(self._numbers)
                # A repeated reaction changes nothing; then a reply is written.
                if number % 2 == 0 or not self._react(topic, member):
                    actions.post_reply(topic, member, f"{number}番目の返信です。手順は前の投稿のとおりです。")

    def _react(self, topic: Topic, member: Member) -> bool:
        first = sa.select(sa.func.min(Post.id)).where(Post.topic_id == topic.id)
        post = queries.get_post(db.session.scalar(first) or 0, seen_by=queries.get_viewer(member))
        assert post is not None  # noqa: S101  a topic has one
        return answers.react(post, topic, member, next(self._reactions))


def list_topics(app: Flask, number: int) -> tuple[int, list[int]]:
    """Return the id of a public topic to write in, and those of others to read."""
    with app.app_context():
        public = sa.select(Topic.id).join(Category, Category.id == Topic.category_id)
        chosen = public.where(Category.readers == Audience.PUBLIC).order_by(Topic.id).limit(number + 1)
        elsewhere, *others = db.session.scalars(chosen).all()
    return elsewhere, others


def measure_reads(cases: list[Case], before: Callable[[int], None], rounds: int) -> list[float]:
    """Return the CPU ms of reads of the cases, in turn. `before(n)` is called before read n."""
    spent: list[float] = []
    for number, case in zip(range(rounds * READS_A_WRITE), cycle(cases), strict=False):
        before(number)
        spent.append(sum(cost_of(case)))
    return spent


def conditions(app: Flask, topic: int, elsewhere: int) -> Iterator[tuple[str, Callable[[int], None]]]:
    """Yield what happens before each read, with its name."""
    writer = Writer(app)

    def every_nine(topic_id: int) -> Callable[[int], None]:
        return lambda number: None if number % READS_A_WRITE else writer.write(topic_id)

    yield "warm, nothing written", lambda _: None
    yield "cold, nothing written", lambda _: app.extensions.pop("page_cache", None)
    yield "1 write : 9 reads, elsewhere", every_nine(elsewhere)
    yield "1 write : 9 reads, same topic", every_nine(topic)


def report(name: str, spent: list[float], bare: float) -> None:
    p95 = quantiles(spent, n=20)[-1]
    middle = median(spent)
    print(f"{name:52}{middle:8.2f}{p95:8.2f}{middle / bare:10.2f}{p95 / bare:10.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url")
    parser.add_argument("--sqlite", action="store_true", help="a temporary SQLite instead of a PostgreSQL")
    parser.add_argument("--rounds", type=int, default=60, help="writes of each kind; nine reads for each")
    add_sizes(parser)
    given = parser.parse_args()
    with application(given.database_url, "sqlite" if given.sqlite else "postgresql") as app:
        with app.app_context():
            fill_if_empty(sizes_of(given))
            topic, category = find_topic()
            bare_app = make_bare_app(str(app.config["SQLALCHEMY_DATABASE_URI"]), str(app.config["SECRET_KEY"]))
            cookie = signed_in(bare_app, member_of(None))
        elsewhere, others = list_topics(app, READS_A_WRITE)
        bare = Case(BARE, bare_app, ask_for(f"/topics/{topic}", cookie))
        pages = {
            "topic": [Case("topic", app, ask_for(f"/forums/topics/{topic}"))],
            "category": [Case("category", app, ask_for(f"/forums/c/{category}"))],
            "home": [Case("home", app, ask_for("/"))],
            "nine topics": [Case("topic", app, ask_for(f"/forums/topics/{other}")) for other in others],
        }
        prepare([bare, *(case for cases in pages.values() for case in cases)])
        print(f"{'guest, one page':52}{'p50':>8}{'p95':>8}{'p50 × bare':>12}{'p95 ×':>8}")
        for page, cases in pages.items():
            for condition, before in conditions(app, topic, elsewhere):
                # Beside the yardstick of the same minutes.
                yardstick = median(measure_reads([bare], lambda _: None, max(given.rounds // 9, 3)))
                report(f"{page}: {condition}", measure_reads(cases, before, given.rounds), yardstick)


if __name__ == "__main__":
    main()
