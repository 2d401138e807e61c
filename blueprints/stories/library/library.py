"""The library: customer success finds the stories that fit a theme, and may be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, staff_only
from blueprints.stories.bp import bp
from blueprints.stories.reading.drawing import show_cover, show_figure
from community.companies.competitors import list_competing_pairs
from community.prefectures import prefecture_name
from community.stories.labels import STATES, USES
from community.stories.library import library, saved_filters, tag_management
from community.stories.library.library import BARS, LibraryHit
from community.stories.library.library_entries import Entry
from community.stories.library.library_filter import Cause
from community.stories.library.regions import REGIONS
from community.stories.library.tag_management import TagKind
from community.stories.rules import works_with_stories
from community.stories.versions.staleness import stale_months
from community.stories.versions.tag_names import choose_name
from models.base import today

from . import library_words as words
from .library_params import ANY_USE, MOST_PICKED, OFFERED_USES, LibraryParams, parse_params

HITS_A_PAGE = 10
FIGURES_SHOWN = 2
# So many filters stand in one row of a wide window, beside the day; the others open below.
FIRST_SELECTS = 5
# What a condition is called in the address, by the cause for which it leaves out.
_NAMES: Mapping[Cause, tuple[str, str | None]] = {
    Cause.PENDING: ("pending", "1"),
    Cause.STALE: ("stale", "1"),
    Cause.GRADE: ("figure", None),
    **{
        cause: (cause.value, None)
        for cause in Cause
        if cause not in {Cause.DOWN, Cause.CONSENT, Cause.ENDED, Cause.PENDING, Cause.STALE, Cause.GRADE}
    },
}


@bp.get("/library")
@staff_only(works_with_stories)
def show_library() -> ResponseReturnValue:
    """Show what fits the theme and the filters, with the reasons; and what was picked."""
    day = today()
    asked = parse_params(request.args, day)
    start = (asked.page - 1) * HITS_A_PAGE
    found = library.search_library(asked.theme, asked.wanted, day, stale_months(), start=start, most=HITS_A_PAGE)
    tray = _fill_tray(asked)
    hits = found.hits
    selects = _list_selects(asked)
    last_page = max(-(-found.count // HITS_A_PAGE), 1)
    return render_template(
        "stories/library/library.html",
        asked=asked,
        found=found,
        start=start,
        today=day,
        last_page=last_page,
        hits=hits,
        reasons={hit.entry.story_id: words.list_reasons(hit, asked.theme) for hit in hits},
        figures={
            hit.entry.story_id: [show_figure(each, day, stale_months()) for each in hit.entry.figures[:FIGURES_SHOWN]]
            for hit in hits
        },
        covers={hit.entry.story_id: show_cover(hit.entry) for hit in hits},
        selects=selects[:FIRST_SELECTS],
        more_selects=selects[FIRST_SELECTS:],
        is_more_set=any(value for _name, _label, _options, value in selects[FIRST_SELECTS:]),
        readings=words.list_readings(asked.theme),
        nearest=_describe_nearest(found, asked),
        left_out=[
            (words.say_cause(cause, asked.wanted), count, _drop(asked, cause))
            for cause, count in found.left_out.items()
        ],
        tray=tray,
        rivals=_list_rivals(hits, tray, asked.wanted.on),
        saved=saved_filters.list_filters(signed_in_member()),
        words=words,
        bars=BARS,
        states=STATES,
        prefecture_name=prefecture_name,
    )


def _list_selects(asked: LibraryParams) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Return the filters: name, label, options and value."""
    wanted, every = asked.wanted, ("", _("すべて"))
    trades, plans = library.list_choices()
    tags = {
        kind: [
            (tag.slug, choose_name(tag.name, tag.name_en))
            for tag in tag_management.list_tags(kind)
            if tag.archived_at is None
        ]
        for kind in TagKind
    }

    def labelled(labels: Mapping[Any, Any]) -> list[tuple[str, str]]:
        return [every, *((str(value), str(label)) for value, label in labels.items())]

    def plain(values: Sequence[str]) -> list[tuple[str, str]]:
        return [every, *((value, value) for value in values)]

    use = ANY_USE if wanted.use is None else wanted.use.value
    return [
        (
            "use",
            _("使いみち"),
            [*((each.value, str(USES[each])) for each in OFFERED_USES), (ANY_USE, _("問わない"))],
            use,
        ),
        ("figure", _("数字と根拠"), labelled(words.FIGURE_LABELS), wanted.figure or ""),
        ("trade", _("業種"), plain(trades), wanted.trade),
        ("size", _("規模"), labelled(words.name_sizes()), wanted.size),
        ("used", _("最後に使った"), labelled(words.USED_LABELS), wanted.used or ""),
        ("region", _("地域"), labelled({name: region.label for name, region in REGIONS.items()}), wanted.region),
        ("problem", _("困りごと"), [every, *tags[TagKind.PROBLEM]], wanted.problem),
        ("feature", _("機能"), [every, *tags[TagKind.FEATURE]], wanted.feature),
        ("plan", _("プラン"), plain(plans), wanted.plan),
        ("band", _("健康度"), labelled(words.BAND_LABELS), wanted.band or ""),
        ("pending", _("承認待ち"), [("", _("出さない")), ("1", _("出す"))], "1" if wanted.with_pending else ""),
        ("stale", _("古い数字"), [("", _("出さない")), ("1", _("出す"))], "1" if wanted.with_stale else ""),
    ]


def _drop(asked: LibraryParams, cause: Cause) -> str:
    """Return the address without the condition for which stories are left out; "" where it is nobody's choice."""
    if cause not in _NAMES:
        return ""
    name, value = _NAMES[cause]
    return asked.link(**{name: value})


def _describe_nearest(found: library.Found, asked: LibraryParams) -> tuple[str, int, str] | None:
    """Return the condition to drop where nothing fits: why it leaves out, how many would fit, and the address."""
    if found.nearest is None:
        return None
    cause, count = found.nearest
    return words.say_cause(cause, asked.wanted), count, _drop(asked, cause)


@dataclass(frozen=True)
class Tray:
    """What was picked. `refused`: picked, but competing with one before it, with that one's company.

    `unusable`: those that may not be put to the use on the day.
    """

    entries: Sequence[Entry]
    refused: Sequence[tuple[Entry, str]]
    unusable: Sequence[Entry]
    is_full: bool


def _fill_tray(asked: LibraryParams) -> Tray:
    entries, refused = list[Entry](), list[tuple[Entry, str]]()
    wanted = library.list_entries(asked.picked)
    pairs = list_competing_pairs({entry.account_id for entry in wanted}, asked.wanted.on)
    for entry in wanted:
        rival = _find_rival(entry, entries, pairs)
        if rival is None:
            entries.append(entry)
        else:
            refused.append((entry, rival.company))
    use, on = asked.wanted.use, asked.wanted.on
    unusable = [entry for entry in entries if use is not None and not entry.may_be_used(use, on)]
    return Tray(entries, refused, unusable, len(asked.picked) >= MOST_PICKED)


def _list_rivals(hits: Sequence[LibraryHit], tray: Tray, on: date) -> Mapping[int, str]:
    """Return of each hit whose company competes with a picked one, by story, the name of that company."""
    ids = {entry.account_id for entry in (*tray.entries, *(hit.entry for hit in hits))}
    pairs = list_competing_pairs(ids, on) if tray.entries else []
    found = ((hit.entry.story_id, _find_rival(hit.entry, tray.entries, pairs)) for hit in hits)
    return {story_id: rival.company for story_id, rival in found if rival is not None}


def _find_rival(entry: Entry, others: Sequence[Entry], pairs: Sequence[tuple[int, int]]) -> Entry | None:
    """Return the first of the others whose company competes with the entry's, or None."""
    rivals = {id_ for pair in pairs if entry.account_id in pair for id_ in pair} - {entry.account_id}
    return next((other for other in others if other.account_id in rivals), None)
