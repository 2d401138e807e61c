"""What an act was done with, as far as the reader may see it: its name and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from blueprints.access import current_member
from blueprints.addresses import path_of
from community.health.account_history import LedgerAct
from community.room import Key, Thing
from community.things import find_things, label_of


@dataclass(frozen=True)
class NamedThing:
    """A name, and an address if there is a page."""

    text: str
    href: str | None = None


def things_of(acts: Iterable[LedgerAct]) -> dict[int, NamedThing]:
    """Name what each act was done with, by the act's id; the same few queries for one act and for a hundred."""
    acts = list(acts)
    seen = find_things({key for act in acts for key in _keys(act)}, seen_by=current_member())
    return {act.id: _name_thing(act, seen) for act in acts}


def _name_thing(act: LedgerAct, seen: dict[Key, Thing]) -> NamedThing:
    """By the title of what its subject stands in, and the subject's own address where it has one."""
    subject, *place = (seen.get(key) for key in _keys(act))
    shown = next((thing for thing in (*place, subject) if thing is not None), None)
    if shown is None:
        return NamedThing(_unseen(act.subject_kind))
    return NamedThing(shown.title, path_of(subject or shown))


def _keys(act: LedgerAct) -> list[Key]:
    """What the act is about, and what that stands in."""
    named = ((act.subject_kind, act.subject_id), (act.parent_kind, act.parent_id))
    return [(kind, number) for kind, number in named if kind is not None and number is not None]


def _unseen(kind: str) -> str:
    """Say what kind of thing it was, where there is no page to go to."""
    label = label_of(kind)
    if label:
        return _("見られない%(thing)s", thing=label)
    kinds = {
        "webinar": _("ウェビナー"),
        "meetup": _("勉強会"),
        "story": _("事例"),
        "newsletter": _("お知らせメール"),
        "enquiry": _("問い合わせ"),
        "reference": _("紹介"),
    }
    return kinds.get(kind, "")
