"""What pages say and draw of stories: whose they are, figures with their bars, covers, reasons."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from community.accounts.labels import size_band
from community.prefectures import prefecture_name
from community.stories.approval.preview import Preview
from community.stories.consent.permits import Permit
from community.stories.labels import COUNTINGS, PARTS
from community.stories.library.library_entries import Entry
from community.stories.reading import covers
from community.stories.reading.cards import Card
from community.stories.reading.covers import Pattern
from community.stories.reading.nearness import Reason
from community.stories.versions.content import QUESTIONS, Figure, Grade
from community.stories.versions.figure_changes import bar_widths, describe_change, write_number
from community.stories.versions.reading_time import count_minutes
from community.stories.versions.staleness import is_stale, stale_months
from community.stories.versions.tag_names import call_tags
from community.stories.versions.units import say_unit
from community.stories.versions.whole import Whole

from .loaders import reader


@dataclass(frozen=True)
class FigureView:
    """A figure as pages draw it: 「40」 「％ 減」, from `before` to `now`, with bars of 100 units.

    `counted`: how it was found, on which the grade rests.
    """

    label: str
    change: str
    change_unit: str
    before: str
    now: str
    unit: str
    before_bar: int
    now_bar: int
    source: str
    counted: str
    grade: str
    grade_words: str
    is_stale: bool
    as_of: date


@dataclass(frozen=True)
class Cover:
    """A story's cover: white lines on blue (`is_filled`), else blue lines on paper. `note`: trade, size and place."""

    pattern: Pattern
    pattern_id: str
    is_filled: bool
    title: str
    note: str


@dataclass(frozen=True)
class CardView:
    """A card as lists draw it. `teller`: the company, or trade and size where its name is not shown."""

    href: str
    cover: Cover
    title: str
    lead: str
    teller: str
    about: str
    quote: str
    figures: list[FigureView]
    try_first: str
    minutes: int
    reason: str


def draw_story(story: Permit | Whole) -> dict[str, Any]:
    """Return what the templates of a story's text draw of it, beside the story itself."""
    return {
        "cover": show_cover(story),
        "teller": describe_company(story),
        "figures": show_figures(story.figures),
        "sections": [(name.value, PARTS[name], story.answers[name]) for name in QUESTIONS if story.answers.get(name)],
        "tags": call_tags(story.tags),
        "minutes": count_minutes(story.lead, story.answers.values()),
    }


def draw_preview(story: Preview) -> dict[str, Any]:
    """Return what an approver is shown of a version as readers will be.

    `named`: what stands beside the company's name; `unnamed`: what stands where names do not.
    """
    return {
        "figures": show_figures(story.figures),
        "named": describe_company(story),
        "unnamed": describe_company(replace(story, company="")),
    }


def show_card(card: Card, on: date, months: int, reasons: tuple[Reason, ...] = ()) -> CardView:
    """Return the card as lists draw it."""
    about = describe_company(card)
    return CardView(
        href=url_for("stories.show_story", story_id=card.story_id),
        cover=show_cover(card),
        title=card.title,
        lead=card.lead,
        teller=card.company or about,
        about=about if card.company else "",
        quote=card.quote,
        figures=[show_figure(figure, on, months) for figure in card.figures],
        try_first=_write_try(card),
        minutes=card.minutes,
        reason=say_reasons(reasons, card),
    )


def show_cover(story: Card | Permit | Whole | Entry) -> Cover:
    """Return the story's cover."""
    return Cover(
        covers.choose_pattern(story.trade, story.story_id),
        f"cover-{story.story_id}",
        covers.is_filled(story.figures),
        story.title,
        _write_vertically(_company_facts(story)),
    )


def describe_company(story: Card | Permit | Whole | Entry | Preview) -> str:
    """Return trade, size and prefecture: 「製造業・320名・群馬県」.

    The band of the size where the company is not named.
    """
    return "・".join(_company_facts(story))


def _company_facts(story: Card | Permit | Whole | Entry | Preview) -> list[str]:
    exact = story.company and story.employees is not None
    size = _("%(n)s名", n=f"{story.employees:,}") if exact else size_band(story.employees)
    return [fact for fact in (story.trade, size, prefecture_name(story.prefecture)) if fact]


def _write_vertically(facts: list[str]) -> str:
    """Return the facts as a line upright on a cover: in Japanese, with kanji for its numbers (一八〇名)."""
    locale = get_locale()
    spaced = "　".join(facts)
    return covers.to_kanji_digits(spaced) if locale is None or locale.language == "ja" else spaced


def say_reasons(reasons: tuple[Reason, ...], card: Card) -> str:
    """Return why the story is near, as one sentence with a fact; "" without a reason."""
    if Reason.PROBLEM in reasons:
        return _("同じ困りごとの事例です")
    if {Reason.TRADE, Reason.SIZE} <= set(reasons):
        return _("同じ%(trade)sで、規模も近い会社です", trade=card.trade)
    if Reason.TRADE in reasons:
        return _("同じ%(trade)sの会社です", trade=card.trade)
    return _("規模の近い会社です") if Reason.SIZE in reasons else ""


def show_figures(figures: Iterable[Figure]) -> list[FigureView]:
    """Return the figures as pages draw them today."""
    day, months = reader().day, stale_months()
    return [show_figure(figure, day, months) for figure in figures]


def show_figure(figure: Figure, on: date, months: int) -> FigureView:
    """Return the figure as pages draw it."""
    change, change_unit = describe_change(figure)
    before_bar, now_bar = bar_widths(figure)
    return FigureView(
        label=figure.label,
        change=change,
        change_unit=change_unit,
        before=write_number(figure.baseline),
        now=write_number(figure.result),
        unit=say_unit(figure.unit),
        before_bar=before_bar,
        now_bar=now_bar,
        source=_say_source(figure),
        counted=str(COUNTINGS[figure.counting]),
        grade=figure.grade.value,
        grade_words=_say_grade(figure.grade),
        is_stale=is_stale(figure, on, months),
        as_of=figure.as_of,
    )


def _say_source(figure: Figure) -> str:
    """Return what the figure rests on: 「伝票を数えた、前後6か月の平均。確認：総務課 榎本さん」."""
    basis = _("、").join(part for part in (figure.method, figure.period) if part) or str(COUNTINGS[figure.counting])
    return _("%(basis)s。確認：%(who)s", basis=basis, who=figure.confirmed_by) if figure.confirmed_by else basis


def _say_grade(grade: Grade) -> str:
    return {
        Grade.A: _("数えたか測った数字で、証拠のファイルがあります"),
        Grade.B: _("数えたか測った数字です"),
        Grade.C: _("おおよその数字です"),
    }[grade]


def _write_try(card: Card) -> str:
    if card.first_try is None:
        return ""
    if not card.first_try.effort:
        return card.first_try.text
    return _("%(text)s（%(effort)s）", text=card.first_try.text, effort=card.first_try.effort)
