"""Finds conflicting edits: when two people, or two tabs, edit one thing, the second sees what changed and chooses.

A form keeps in the hidden field `seen` what it was filled from. When it is sent, the view locks the row and calls
`check`, which compares what was seen, what is stored now and what was typed. Nothing is overwritten without a question.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectFieldBase, TextAreaField

from community.accounts.queries import get_member
from community.audit.queries import find_newest
from community.text import cut
from community.text.differences import Parts, parts_of

CONFLICT = 409
# Among 10,000 versions of one field, the chance that two have the same digest is one in a million.
DIGEST_LENGTH = 12
# Of a text that the sender left alone, only the beginning is shown.
SAID_LENGTH = 200

State = Mapping[str, object]


class ConflictError(Exception):
    """What is stored differs from what the form was filled from; `ConflictForm.conflict` says how."""


@dataclass(frozen=True)
class Difference:
    """One field that has changed since the form was shown.

    `parts`: of a long text, the differences between what is stored and what was typed. `is_mine`: the sender changed
    the field too; else the form now holds what is stored.
    """

    label: str
    stored: str
    typed: str
    is_mine: bool
    parts: Parts


@dataclass(frozen=True)
class Conflict:
    """What `components/conflicts.html` draws. `changed_by`: a sentence on who changed it and when, if that is known."""

    changed_by: str
    differences: tuple[Difference, ...]


class ConflictForm(FlaskForm):
    """A form that changes something that others, or another tab, may be changing too."""

    # An explicit label: WTForms would load its translations to make one from the name.
    seen = HiddenField("")

    conflict: Conflict | None = None

    def remember(self, state: State) -> None:
        """Note what the form is filled from; a form that was sent keeps its earlier note."""
        if self.seen.raw_data is None:
            self.seen.data = digest(state)

    def is_changed(self, name: str) -> bool:
        """Return whether the field was sent with another value than it was shown with."""
        return _parse_seen(self.seen.data).get(name) != _digest(self[name].data)

    def check(
        self,
        stored: State,
        typed: State | None = None,
        *,
        labels: Mapping[str, str] | None = None,
        changed_by: Callable[[], str] = str,
    ) -> bool:
        """Return whether there is anything to write. Call it in the transaction that writes, with the row locked.

        `stored`: the present state, by the names of the fields; `typed`: what the form would store, where that differs
        from the fields' data; `labels`: of names that are no fields. Returns False if the form was sent as it was
        shown. Raises ConflictError if the form would change a field that has changed since it was shown. The form then
        holds what was typed, and what is stored in fields that the sender left alone; sent again, it overwrites.
        """
        stored = {name: value for name, value in stored.items() if name in self or (labels and name in labels)}
        given = {name: self[name].data for name in stored if name in self} | dict(typed or {})
        seen = _parse_seen(self.seen.data)
        is_mine = {name: name not in seen or _digest(given[name]) != seen[name] for name in stored}
        if not any(is_mine.values()):
            return False
        changed = [
            name
            for name, value in stored.items()
            if seen.get(name) != _digest(value) and _comparable(given[name]) != _comparable(value)
        ]
        if changed:
            self._fill_conflict(changed, stored, given, is_mine, labels or {}, changed_by())
            raise ConflictError
        return True

    def _fill_conflict(
        self,
        changed: list[str],
        stored: State,
        given: State,
        is_mine: Mapping[str, bool],
        labels: Mapping[str, str],
        changed_by: str,
    ) -> None:
        fields = {field.short_name: field for field in self}
        self.conflict = Conflict(
            changed_by,
            tuple(
                _difference(
                    fields.get(name),
                    stored[name],
                    given[name],
                    is_mine=is_mine[name],
                    label=labels.get(name),
                )
                for name in changed
            ),
        )
        for name in changed:
            if not is_mine[name] and name in self:
                # What was sent would be shown before the data.
                self[name].data, self[name].raw_data = stored[name], None
        self.seen.data = digest(stored)


def digest(state: State) -> str:
    """Return the state of a form's fields, short enough for a hidden field: `name.digest`, separated by spaces."""
    return " ".join(f"{name}.{_digest(value)}" for name, value in sorted(state.items()))


def _parse_seen(seen: str | None) -> dict[str, str]:
    """Return the digests by name; pieces that have no such form are under names that no field has."""
    pairs = (each.rpartition(".") for each in (seen or "").split())
    return {name: sign for name, _dot, sign in pairs}


def _digest(value: object) -> str:
    return hashlib.sha256(_comparable(value).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH]


def _comparable(value: object) -> str:
    """Return a text that is equal for equal values: whatever the line ends, trailing spaces or the order of a list.

    Spaces before a paragraph stay, since they mean something to its writer.
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple | set | frozenset):
        return "\n".join(sorted(_comparable(each) for each in value))
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(line.rstrip() for line in str(value).splitlines()).strip("\n")


def _difference(field: Field | None, stored: object, typed: object, *, is_mine: bool, label: str | None) -> Difference:
    is_long = isinstance(field, TextAreaField) and is_mine
    return Difference(
        label=label or (str(field.label.text) if field is not None else ""),
        stored=_display_value(field, stored),
        typed=_display_value(field, typed) if is_mine else "",
        is_mine=is_mine,
        parts=parts_of(_comparable(stored), _comparable(typed)) if is_long else [],
    )


def _display_value(field: Field | None, value: object) -> str:
    """Return a value as the form shows it."""
    if isinstance(field, BooleanField):
        return _("はい") if value else _("いいえ")
    if isinstance(field, SelectFieldBase):
        chosen = {_comparable(each) for each in (value if isinstance(value, list | tuple) else [value])}
        offered: list[Any] = list(field.iter_choices())
        named = [str(option.label) for option in offered if _comparable(option.value) in chosen]
        return "、".join(named) or _("（なし）")
    said = _comparable(value)
    return (said if len(said) <= SAID_LENGTH else f"{cut(said, SAID_LENGTH)}…") or _("（なし）")


def describe_newest_change(subject_kind: str, subject_id: int, *actions: str) -> str:
    """Return a sentence on who did the newest of these actions on the subject, from the audit log; "" if nobody did."""
    entry = find_newest(subject_kind, subject_id, actions)
    if entry is None:
        return ""
    actor = get_member(entry.actor_id) if entry.actor_id is not None else None
    return describe_change(actor.display_name if actor is not None else "", entry.at)


def describe_change(name: str, at: datetime) -> str:
    """Return a sentence on a change: when it was made, and by whom if `name` is not empty."""
    when = format_datetime(at, _("M月d日 H:mm"))
    if name:
        return _("%(when)sに、%(name)sさんが変えました。", when=when, name=name)
    return _("%(when)sに変わりました。", when=when)
