"""Filters and ranks 2,000 stories for themes, as a page of the library does, beside a plain query of their titles.

It fills the database with copies of the sample stories first: give it one of its own, with the sample community in it.
python -m benchmarks.find_stories
"""

import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from statistics import quantiles
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from community.config import ROOT
from community.stories import library
from community.stories.content import Content, Counting, Figure, fingerprint, parse_tries, to_json
from community.stories.library_filter import LibraryFilter
from community.stories.themes import read_theme
from community.toml_files import read_toml
from models.accounts import Account, Member
from models.base import db, now, today, transaction
from models.stories import (
    ConsentUse,
    Decision,
    Story,
    StoryApprover,
    StoryConsent,
    StoryPartName,
    StoryState,
    StoryVersion,
)
from wsgi import app

STORIES, ROUNDS, STALE_MONTHS = 2_000, 200, 18
THEMES = (
    "紙の申請をなくしたい製造業",
    "電話とFAXが減らない卸",
    "ベテランが辞める前に",
    "監査で慌てない",
    "人手不足の中小",
)


def main() -> None:
    """Fill, warm up, measure, and print what was measured."""
    with app.app_context():
        if (db.session.scalar(sa.select(sa.func.count()).select_from(Story)) or 0) < STORIES:
            with transaction():
                fill()
        began = perf_counter()
        find(0)
        sys.stdout.write(f"first request of a process: {(perf_counter() - began) * 1000:.0f} ms\n")
        for name, run in (("filter + ranking", find), ("plain query of titles", find_plainly)):
            times = sorted(measure(run, number) for number in range(ROUNDS))
            cut = quantiles(times, n=20)
            sys.stdout.write(f"{name}: median {cut[9]:.1f} ms, p95 {cut[18]:.1f} ms\n")


def measure(run: Any, number: int) -> float:  # noqa: ANN401  either of two functions
    """Return how many milliseconds one request's work takes, in a session of its own."""
    db.session.rollback()
    db.session.expunge_all()
    began = perf_counter()
    run(number)
    return (perf_counter() - began) * 1000


def find(number: int) -> None:
    """Filter and rank, with the reasons of a page of hits."""
    wanted = LibraryFilter(on=today(), size="300" if number % 2 else "", with_stale=True)
    library.search_library(read_theme(THEMES[number % len(THEMES)]), wanted, today(), STALE_MONTHS)


def find_plainly(number: int) -> None:
    """Look for two words in the contents, as a query without an index would."""
    words = THEMES[number % len(THEMES)][:2], THEMES[number % len(THEMES)][-2:]
    having = [StoryVersion.content.contains(word) for word in words]
    db.session.execute(sa.select(StoryVersion.story_id).where(sa.or_(*having)).limit(10)).all()


def fill() -> None:
    """Add copies of the sample stories, each with an approver and the consents of both."""
    account = db.session.scalars(sa.select(Account).order_by(Account.id)).first()
    author = db.session.scalars(sa.select(Member).order_by(Member.id)).first()
    if account is None or author is None:
        raise SystemExit("load the sample community first: python -m community demo")
    samples = [_content_of(read) for path in _list_samples() if "answers" in (read := read_toml(path))]
    for number in range(STORIES):
        content = replace(samples[number % len(samples)], title=f"{samples[number % len(samples)].title}（{number}）")
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
        problems=tuple(read["problems"]),
        features=tuple(read["features"]),
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
