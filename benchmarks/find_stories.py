"""What library, gallery and a story's page cost with 2,000 stories: `python -m benchmarks.find_stories --rounds 60`.

CPU ms of the process and its PostgreSQL backend for a request, and ms by the clock, which depend on what else the
machine does: the load is printed. The first request of a process, the requests after it, and the first one after a
consent was taken back. Last, the filtering and ranking alone, without a page. Without an address it fills a temporary
database. Figures: docs/benchmarks.md.
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask

from benchmarks.bare import make_bare_app
from benchmarks.databases import application
from benchmarks.fill import analyze
from benchmarks.measuring import Case, ask_for, cost_of, prepare, said
from benchmarks.pages import fill_if_empty, find_topic, member_of, signed_in
from benchmarks.people import Sizes
from community.config import ROOT
from community.stories.consent import consent_ledger
from community.stories.library import library
from community.stories.library.library_filter import LibraryFilter
from community.stories.library.themes import read_theme
from community.stories.versions.content import Content, Counting, Figure, Tag, fingerprint, to_json
from community.stories.versions.tries import parse_tries
from community.toml_files import read_toml
from models.accounts import Account, Member, Membership, StaffRole
from models.base import db, now, set_reading, today, transaction
from models.stories import (
    ConsentUse,
    Decision,
    Story,
    StoryApprover,
    StoryConsent,
    StoryPartName,
    StoryState,
    StoryVersion,
    TagKind,
)

STORIES, STALE_MONTHS = 2_000, 18
TRADES = ("製造業", "卸売業", "運輸業", "小売業", "建設業", "医療")
THEMES = (
    "紙の申請をなくしたい製造業",
    "電話とFAXが減らない卸",
    "ベテランが辞める前に",
    "監査で慌てない",
    "人手不足の中小",
)
# Where a process keeps what it has read.
KEPT = ("story_library", "story_cards", "page_cache")


@dataclass
class Spent:
    """CPU ms and ms by the clock of each request of a kind."""

    cpu: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)

    def add(self, run: Callable[[], float]) -> None:
        """Measure one request; `run` returns the CPU ms that it took."""
        began = time.perf_counter()
        self.cpu.append(run())
        self.clock.append((time.perf_counter() - began) * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url")
    parser.add_argument("--sqlite", action="store_true", help="a temporary SQLite instead of a PostgreSQL")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--story-only", action="store_true", help="the story's page alone")
    given = parser.parse_args()
    with application(given.database_url, "sqlite" if given.sqlite else "postgresql") as app:
        with app.app_context():
            fill_if_empty(Sizes(posts=200, signals=200))
            if (db.session.scalar(sa.select(sa.func.count()).select_from(Story)) or 0) < STORIES:
                with transaction():
                    fill()
                analyze()
            staff, customer = signed_in(app, member_of(StaffRole.CS)), signed_in(app, member_of(None))
        measure_story(app, staff, customer, given.rounds)
        if not given.story_only:
            measure_lists(app, staff, customer, given.rounds)
        print(f"load of the machine: {os.getloadavg()[0]:.1f} in the last minute, {os.cpu_count()} processors")


def measure_lists(app: Flask, staff: str, customer: str, rounds: int) -> None:
    """Measure library and gallery, and the search alone."""
    themes = [ask_for(f"/stories/library?theme={quote(theme)}&stale=1", staff) for theme in THEMES]
    pages = {
        "library, no theme": [Case("library", app, ask_for("/stories/library", staff))],
        "library, theme": [Case("theme", app, theme) for theme in themes],
        "gallery, signed in": [Case("gallery", app, ask_for("/stories", customer))],
    }
    prepare([Case("home", app, ask_for("/", cookie)) for cookie in (staff, customer)])
    print(f"{'':44}{'CPU p50':>9}{'p95':>9}{'clock p50':>11}{'p95':>9}")
    for name, cases in pages.items():
        measure_page(app, name, cases, rounds)
    with app.app_context():
        report("filter + ranking, without a page", measure_search(rounds))


def measure_page(app: Flask, name: str, cases: list[Case], rounds: int) -> None:
    """Measure a page, one of its requests a round, in the three conditions."""
    first, following, changed = Spent(), Spent(), Spent()
    for number in range(3):
        for kept in KEPT:
            app.extensions.pop(kept, None)
        first.add(lambda number=number: sum(cost_of(cases[number % len(cases)])))
    for number in range(rounds):
        following.add(lambda number=number: sum(cost_of(cases[number % len(cases)])))
    for number in range(rounds // 3):
        take_back(app)
        changed.add(lambda number=number: sum(cost_of(cases[number % len(cases)])))
    report(f"{name}: first request of a process", first)
    report(f"{name}: following", following)
    report(f"{name}: after one consent", changed)


def measure_story(app: Flask, staff: str, customer: str, rounds: int) -> None:
    """Measure one story's page beside the bare views, each once a round: in silence, then one write for nine reads."""
    bare = make_bare_app(str(app.config["SQLALCHEMY_DATABASE_URI"]), str(app.config["SECRET_KEY"]))
    with app.app_context():
        set_reading(False)
        topic, _category = find_topic()
        story = (db.session.scalar(sa.select(sa.func.max(Story.id))) or 0) - STORIES // 2
        reader, other = signed_in(bare, member_of(None)), signed_in(app, _find_other_customer())
    there = f"/stories/{story}"
    pages = [("signed in", other), ("its author", customer), ("staff", staff), ("guest", "")]
    for name, writes in (("in silence", False), ("one write for nine reads", True)):
        cases = [
            Case("bare view, 20 posts", bare, ask_for(f"/topics/{topic}", reader)),
            Case("bare view of a story", bare, ask_for(there, reader)),
            *(Case(f"story, {who}", app, ask_for(there, cookie), 3.0) for who, cookie in pages),
        ]
        prepare(cases)
        for turn in range(rounds):
            if writes and turn % 9 == 0:
                take_back(app)
            for case in cases:
                server, database = cost_of(case)
                case.server.append(server)
                case.database.append(database)
        print(f"{name:36}{'CPU':>8}{'p95':>8}{'× posts':>9}{'× story':>9}{'bytes':>9}")
        for case in cases:
            sums = [server + database for server, database in zip(case.server, case.database, strict=True)]
            posts, told = cases[0].cost, cases[1].cost
            verdict = said(met=case.cost / posts <= case.limit) if case.limit else ""
            print(
                f"{case.name:36}{case.cost:8.2f}{quantiles(sums, n=20)[-1]:8.2f}{case.cost / posts:9.2f}"
                f"{case.cost / told:9.2f}{case.length:9}{verdict:>4}"
            )


def _find_other_customer() -> Member:
    """Return somebody who has written no story; all of the benchmark's are by the first customer (`member_of`)."""
    chosen = sa.select(Member).where(Member.staff_role.is_(None)).order_by(Member.id.desc()).limit(1)
    return db.session.scalars(chosen).unique().one()


def report(name: str, spent: Spent) -> None:
    figures = [figure for each in (spent.cpu, spent.clock) for figure in (median(each), quantiles(each, n=20)[-1])]
    print(f"{name:44}{figures[0]:9.1f}{figures[1]:9.1f}{figures[2]:11.1f}{figures[3]:9.1f}")


def measure_search(rounds: int) -> Spent:
    """Measure filtering and ranking, with the reasons of a page of hits, each in a session of its own."""
    spent = Spent()
    search(0)
    for number in range(rounds):
        db.session.rollback()
        db.session.expunge_all()
        spent.add(lambda number=number: search(number))
    return spent


def search(number: int) -> float:
    began = time.thread_time()
    wanted = LibraryFilter(on=today(), size="2" if number % 2 else "", with_stale=True)
    library.search_library(read_theme(THEMES[number % len(THEMES)]), wanted, today(), STALE_MONTHS)
    return (time.thread_time() - began) * 1000


_turns = count(1)


def take_back(app: Flask) -> None:
    """Take the author's consent to quotation back from one story after the other."""
    with app.app_context():
        set_reading(False)
        with transaction():
            granted = sa.select(StoryConsent).where(
                StoryConsent.use == ConsentUse.QUOTE,
                StoryConsent.decision == Decision.GRANTED,
                StoryConsent.approver_id.is_(None),
            )
            entry = db.session.scalars(granted.order_by(StoryConsent.id).offset(next(_turns)).limit(1)).one()
            consent_ledger.withdraw(entry, by=db.session.get_one(Member, entry.member_id))


def fill() -> None:
    """Add copies of the sample stories, each with an approver and the consents of both."""
    author = member_of(None)
    home = sa.select(Membership.account_id).where(Membership.member_id == author.id)
    account = db.session.scalars(sa.select(Account).where(Account.id.in_(home))).one()
    samples = [_content_of(read) for path in _list_samples() if "answers" in (read := read_toml(path))]
    for number in range(STORIES):
        sample = samples[number % len(samples)]
        content = replace(
            sample,
            title=f"{sample.title}（{number}）",
            trade=TRADES[number % len(TRADES)],
            employees=10 + number,
            prefecture=1 + number % 47,
        )
        story = Story(account_id=account.id, author_id=author.id, state=StoryState.PUBLISHED, published_at=now())
        db.session.add(story)
        db.session.flush()
        canonical = to_json(content)
        version = StoryVersion(
            story_id=story.id,
            number=1,
            content=canonical,
            content_hash=fingerprint(canonical),
            html={name.value: answer for name, answer in content.answers.items()},
            render_version=1,
            created_by_id=author.id,
        )
        uses = [use.value for use in ConsentUse]
        approver = StoryApprover(
            story_id=story.id, role="superior", name="上長", email="a@example.jp", uses=uses, added_by_id=author.id
        )
        db.session.add_all([version, approver])
        db.session.flush()
        story.published_version_id = version.id
        db.session.add_all(
            StoryConsent(
                story_id=story.id,
                version_id=version.id,
                content_hash=version.content_hash,
                use=use,
                decision=Decision.GRANTED,
                until_day=today() + timedelta(days=number % 400),
                approver_id=approver.id if is_approver else None,
                member_id=None if is_approver else author.id,
            )
            for use in ConsentUse
            for is_approver in (False, True)
        )


def _list_samples() -> list[Any]:
    return sorted((ROOT / "community/stories/sample").rglob("*.toml"))


def _content_of(read: dict[str, Any]) -> Content:
    return Content(
        title=read["title"],
        lead=read["lead"],
        answers={StoryPartName(name): answer for name, answer in read["answers"].items()},
        quote=read.get("quote", ""),
        tries=parse_tries("\n".join(each["text"] for each in read.get("tries", ()))),
        figures=tuple(_figure_of(each) for each in read.get("figures", ())),
        tags=(
            *(Tag(TagKind.PROBLEM, slug) for slug in read["problems"]),
            *(Tag(TagKind.FEATURE, slug) for slug in read["features"]),
        ),
        company=read["company"],
        trade="製造業",
        employees=120,
        prefecture=27,
        people=(read["author"],),
    )


def _figure_of(read: dict[str, Any]) -> Figure:
    baseline, result = (Decimal(str(read[name])) for name in ("baseline", "result"))
    as_of = today() - timedelta(days=read["as_of"])
    return Figure(read["label"], baseline, result, read["unit"], Counting(read["counting"]), "", "", as_of)


if __name__ == "__main__":
    main()
