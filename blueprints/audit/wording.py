"""Values of the log in words for staff: names instead of numbers, columns and the code's own words."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from blueprints.addresses import path_of
from community.audit import labels, texts
from community.moderation.labels import REASONS
from community.room import Key, current_rooms
from community.things import describe_things
from models.audit import AuditEntry

Values = Mapping[str, Any]

# A value that is the id of another thing of the same kind: of a company or a category.
_PARENT = "parent_id"
# How `community.audit` writes days and instants. `fromisoformat` alone takes eight digits for a day.
_WRITTEN_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T(?P<hour>\d\d):[\d:.]+(?:[+-]\d\d:\d\d|Z)?)?")


@dataclass(frozen=True)
class Names:
    """Titles and addresses of the things that entries know by number.

    `phrases`: what sentences call a thing instead, on a page of its own: 「この事例」.
    """

    names: Mapping[Key, str]
    links: Mapping[Key, str]
    phrases: Mapping[Key, str] = field(default_factory=dict[Key, str])

    def subject(self, entry: AuditEntry) -> tuple[str, str]:
        """Return what was acted on, and the address of its page; "" if it has none."""
        kind, number = entry.subject_kind, entry.subject_id
        if number is None:
            return labels.subject_label(kind), ""
        key = kind, number
        return self.names.get(key) or labels.subject_label(kind, number), self.links.get(key, "")

    def lines(self, values: Values | None, of: str) -> list[tuple[str, str]]:
        """Return (name, value) of each value, in words. `of`: the kind of what was acted on."""
        return [(labels.name_label(name), self.value(name, value, of)) for name, value in (values or {}).items()]

    def in_a_line(self, values: Values | None, of: str) -> str:
        """Return the values in words on one line, for where there is little room."""
        return _("、").join(_("%(name)s：%(value)s", name=name, value=value) for name, value in self.lines(values, of))

    def value(self, name: str, value: object, of: str) -> str:  # noqa: PLR0911  one line for each kind of value
        """Return one value in words. `of`: the kind of what was acted on."""
        if value == texts.APART:
            return _("（消去済み）")
        if value is None or value in ("", [], {}):
            return _("なし")
        if isinstance(value, bool):
            return _("はい") if value else _("いいえ")
        if isinstance(value, int | float):
            return self._number(name, value, of)
        if isinstance(value, dict):
            return _("（%(values)s）", values=self.in_a_line(value, of))
        if isinstance(value, list):
            return _("、").join(self.value(name, each, of) for each in value)
        said = words_under(name)
        if said:
            return _("、").join(str(said.get(word, word)) for word in str(value).split(","))
        return _format_day_or_instant(str(value))

    def _number(self, name: str, number: float, of: str) -> str:
        said = words_under(name).get(number)
        if said is not None:
            return str(said)
        kind = of if name == _PARENT else current_rooms().audit_words.things.get(name)
        if kind is None:
            return f"{number:,}"
        return self.names.get((kind, int(number))) or labels.subject_label(kind, int(number))


def words_under(name: str) -> Mapping[Any, object]:
    """Return the labels of the code's words that may stand under a name. A value may list several, with commas."""
    return REASONS if name == "reason" else current_rooms().audit_words.words.get(name, {})


def names_in(entries: Sequence[AuditEntry]) -> Names:
    """Return the names of all that the entries mention.

    One query for each kind of thing, whatever the number of entries.
    """
    mentioned = {key for entry in entries for key in _mentioned(entry)}
    there = {key: thing for key, thing in describe_things(mentioned).items() if thing.address}
    links = {key: path_of(thing) for key, thing in there.items()}
    links |= {(kind, n): url_for("audit.show_entry", entry_id=n) for kind, n in mentioned if kind == texts.ENTRY}
    return Names({key: thing.title for key, thing in there.items()}, links)


def _mentioned(entry: AuditEntry) -> Iterator[Key]:
    """Yield the keys of what was acted on and of the things among the values, at any depth."""
    things = current_rooms().audit_words.things
    if entry.subject_id is not None:
        yield entry.subject_kind, entry.subject_id
    for name, number in (*_each_number(entry.before), *_each_number(entry.after)):
        kind = entry.subject_kind if name == _PARENT else things.get(name)
        if kind is not None:
            yield kind, number


def _each_number(values: object, name: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _each_number(value, str(key))
    elif isinstance(values, list):
        for value in values:
            yield from _each_number(value, name)
    elif isinstance(values, int) and not isinstance(values, bool):
        yield name, values


def say_times(value: str, say_day: Callable[[date], str], say_instant: Callable[[datetime], str]) -> str:
    """Return a day or an instant as it is said; anything else, also what only looks like a time, as it was typed."""
    written = _WRITTEN_TIME.fullmatch(value)
    if written is not None:
        with suppress(ValueError, OverflowError):  # a day that no calendar has, or none in the viewer's time zone
            at = datetime.fromisoformat(value)
            return say_instant(at) if written["hour"] else say_day(at.date())
    return value


def _format_day_or_instant(value: str) -> str:
    return say_times(value, lambda day: format_date(day, "medium"), lambda at: format_datetime(at, "medium"))
