"""Names what an act was done with, as far as the viewer may see it, and its address."""

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
    """A name, and an address if the thing has a page."""

    text: str
    href: str | None = None


def things_of(acts: Iterable[LedgerAct]) -> dict[int, NamedThing]:
    """Return the thing of each act, by the act's id, in the same few queries however many acts there are."""
    acts = list(acts)
    seen = find_things({key for act in acts for key in _keys_of(act)}, seen_by=current_member())
    return {act.id: _name_thing(act, seen) for act in acts}


def _name_thing(act: LedgerAct, seen: dict[Key, Thing]) -> NamedThing:
    """Return the title of the parent (else of the subject), and the address of the subject if it is visible."""
    subject, *place = (seen.get(key) for key in _keys_of(act))
    shown = next((thing for thing in (*place, subject) if thing is not None), None)
    if shown is None:
        return NamedThing(_name_unseen(act.subject_kind))
    return NamedThing(shown.title, path_of(subject or shown))


def _keys_of(act: LedgerAct) -> list[Key]:
    """Return the keys of the act's subject and parent."""
    named = ((act.subject_kind, act.subject_id), (act.parent_kind, act.parent_id))
    return [(kind, number) for kind, number in named if kind is not None and number is not None]


def _name_unseen(kind: str) -> str:
    """Return a name for a thing of a room that the viewer may not see; "" for what has no page: the act says it."""
    label = label_of(kind)
    return _("見られない%(thing)s", thing=label) if label else ""
