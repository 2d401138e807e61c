"""Says whose departure a note on an alarm is about, in the viewer's language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.times import day_in_words
from community.accounts.names import MemberName, list_names
from community.health.alarm_notes import WrittenNote, list_notes
from models.accounts import Member
from models.health import AlarmNote

SHOWN = 5
"""Of a company that everybody has left there may be dozens; the list of notes names so many."""


class NoteView(NamedTuple):
    """A note as the company's page shows it; `about`: whose departure it is about, "" for nobody's."""

    note: AlarmNote
    by: Member
    about: str


def view_notes(account_id: int) -> list[NoteView]:
    """Return the notes on an account's alarms, newest first; with two queries."""
    written = list_notes(account_id)
    names = list_names({member for each in written for member in each.leavers})
    return [NoteView(each.note, each.by, _name_some(each, names)) for each in written]


def name_leavers(leavers: Mapping[int, date]) -> str:
    """Return all of these people with the days on which they left, in their order; "" for nobody."""
    return _join(_name_each(leavers, list_names(leavers.keys())))


def name_people(member_ids: Iterable[int]) -> str:
    """Return the names of these people, in the order of their ids."""
    names = list_names(set(member_ids))
    return _join(_name_of(names[member]) for member in sorted(names))


def _name_some(written: WrittenNote, names: Mapping[int, MemberName]) -> str:
    named = _name_each(written.leavers, names)
    shown, others = _join(named[:SHOWN]), len(named) - SHOWN
    if others <= 0:
        return shown
    return ngettext("%(people)sほか%(num)s人", "%(people)sほか%(num)s人", others, people=shown)


def _name_each(leavers: Mapping[int, date], names: Mapping[int, MemberName]) -> Sequence[str]:
    return [
        _("%(name)s（%(day)s）", name=_name_of(names[member]), day=day_in_words(left_on))
        for member, left_on in leavers.items()
        if member in names
    ]


def _name_of(known: MemberName) -> str:
    return _("退会した人") if known.erased_at else _("%(name)sさん", name=known.display_name)


def _join(named: Iterable[str]) -> str:
    return _("、").join(named)
