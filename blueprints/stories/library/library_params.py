"""Reads the parameters of the library's address; values that cannot be read count as missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import url_for
from werkzeug.datastructures import MultiDict

from blueprints.fields import FIRST_DAY, LAST_DAY, plain_day
from community.graphemes import cut
from community.health.rules import Band
from community.stories.library.library_filter import SIZES, FigureFilter, LibraryFilter, UseFilter
from community.stories.library.placements import ConsentUse
from community.stories.library.regions import REGIONS
from community.stories.library.themes import LONGEST_THEME, Theme, read_theme

Choice = TypeVar("Choice", bound=StrEnum)
# Instead of one use: whatever stories may be used for.
ANY_USE = "any"
# As many stories as one hour of a webinar has room for.
MOST_PICKED = 6
MOST_REMOVED = 30
LONGEST_VALUE = 64
OFFERED_USES = (
    ConsentUse.WEBINAR,
    ConsentUse.SALES_REFERENCE,
    ConsentUse.PUBLIC_WEB,
    ConsentUse.MEMBERS,
    ConsentUse.PRESS,
)


@dataclass(frozen=True)
class LibraryParams:
    """The parameters, parsed. `without`: readings of the theme that were removed. `given`: what every link keeps."""

    theme: Theme
    wanted: LibraryFilter
    without: tuple[str, ...]
    picked: tuple[int, ...]
    page: int
    given: Mapping[str, str | list[str]]

    def link(self, **changes: object) -> str:
        """Return the address with some parameters changed; None and empty ones are removed."""
        values = {**self.given, **changes}
        return url_for("stories.show_library", **{name: value for name, value in values.items() if value})

    def without_reading(self, name: str) -> str:
        """Return the address in which the theme is read without this."""
        return self.link(**{"not": [*self.without, name]})

    def with_pick(self, story_id: int) -> str:
        """Return the address with the story among the picked ones."""
        return self.link(pick=[*self.picked, story_id], page=self.page if self.page > 1 else None)

    def without_pick(self, story_id: int) -> str:
        """Return the address without the story among the picked ones."""
        return self.link(pick=[each for each in self.picked if each != story_id])

    @property
    def query(self) -> str:
        """What is saved as a filter: the address's query without what was picked."""
        return self.link(pick=None).partition("?")[2]

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the use and its day is asked for."""
        return bool(self.given.keys() - {"use", "on", "pick"})


def parse_params(args: MultiDict[str, str], today: date) -> LibraryParams:
    """Return the parameters of an address."""
    typed = cut(args.get("theme", "").replace("\x00", "").strip(), LONGEST_THEME)
    without = tuple(dict.fromkeys(_tidy(each) for each in args.getlist("not") if each.strip()))[:MOST_REMOVED]
    wanted = LibraryFilter(
        on=_parse_day(args.get("on", "")) or today,
        use=None if args.get("use") == ANY_USE else _parse(ConsentUse, args.get("use")) or ConsentUse.WEBINAR,
        with_pending=args.get("pending") == "1",
        with_stale=args.get("stale") == "1",
        trade=_tidy(args.get("trade", "")),
        size=args.get("size", "") if args.get("size") in SIZES else "",
        region=args.get("region", "") if args.get("region") in REGIONS else "",
        plan=_tidy(args.get("plan", "")),
        problem=_tidy(args.get("problem", "")),
        feature=_tidy(args.get("feature", "")),
        figure=_parse(FigureFilter, args.get("figure")),
        band=_parse(Band, args.get("band")),
        used=_parse(UseFilter, args.get("used")),
    )
    picked = tuple(dict.fromkeys(int(each) for each in args.getlist("pick") if each.isascii() and each.isdigit()))
    picked = tuple(each for each in picked if each < 2**62)[:MOST_PICKED]  # what an id can be
    page = args.get("page", "")
    given: dict[str, str | list[str]] = {
        "theme": typed,
        "not": list(without),
        "use": ANY_USE if wanted.use is None else wanted.use if wanted.use != ConsentUse.WEBINAR else "",
        "on": wanted.on.isoformat() if wanted.on != today else "",
        "pending": "1" if wanted.with_pending else "",
        "stale": "1" if wanted.with_stale else "",
        **{name: getattr(wanted, name) or "" for name in ("trade", "size", "region", "plan", "problem", "feature")},
        **{name: getattr(wanted, name) or "" for name in ("figure", "band", "used")},
        "pick": [str(each) for each in picked],
    }
    return LibraryParams(
        read_theme(typed, without) if typed else Theme(""),
        wanted,
        without,
        picked,
        int(page) if page.isascii() and page.isdigit() and len(page) < 6 and int(page) else 1,  # noqa: PLR2004  enough
        {name: value for name, value in given.items() if value},
    )


def _tidy(typed: str) -> str:
    return cut(typed.replace("\x00", "").strip(), LONGEST_VALUE)


def _parse(kind: type[Choice], typed: str | None) -> Choice | None:
    return kind(typed) if typed in set(kind) else None


def _parse_day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(plain_day(typed).replace("/", "-"))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
