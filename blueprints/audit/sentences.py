"""Privileged acts as sentences for the list of the log: who did what to whom, without codes and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask_babel import get_timezone
from flask_babel import gettext as _
from markupsafe import Markup, escape

from blueprints.audit.wording import Names, say_times
from blueprints.times import date_and_time, day_in_words
from community.audit import labels, texts
from models.accounts import Member
from models.audit import AuditEntry

# Things whose names stand without brackets in a sentence.
_BY_NAME = frozenset({"account", "member"})


@dataclass(frozen=True)
class SentenceRow:
    """An entry of the log and its sentence."""

    entry: AuditEntry
    sentence: Markup


class _Said(dict[str, object]):
    """What a sentence may name; a value that the entry does not have is none."""

    def __missing__(self, key: str) -> str:
        return _("なし")


def rows_by_day(
    entries: Sequence[AuditEntry], actors: Mapping[int, Member], names: Names
) -> list[tuple[date, list[SentenceRow]]]:
    """Return the entries in their order with their sentences, under the days of the viewer's time zone."""
    zone = get_timezone()
    return [
        (day, [SentenceRow(entry, sentence_for(entry, actors, names)) for entry in of_day])
        for day, of_day in groupby(entries, lambda entry: entry.at.astimezone(zone).date())
    ]


def sentence_for(entry: AuditEntry, actors: Mapping[int, Member], names: Names) -> Markup:
    """Return the sentence of an act, with a link to what was acted on; acts without one are named by their label."""
    before, after = texts.put_together(entry)
    old, new = labels.abridge(entry.action, before), labels.abridge(entry.action, after)
    said = _Said({f"old_{name}": _say(name, value, entry, names) for name, value in old.items()})
    said.update({name: _say(name, value, entry, names) for name, value in new.items()})
    said["who"] = actor_name(entry, actors)
    said["whom"] = _name_subject(entry, names)
    said["changes"] = _list_changes(before, after, entry, names)
    said["act"] = labels.entry_label(entry)
    return escape(labels.sentence_of(entry) or _unnamed_act()) % said


def actor_name(entry: AuditEntry, actors: Mapping[int, Member]) -> str:
    """Return who acted: 「三輪 智子さん」, somebody who has left, or the operator at the command line."""
    if entry.actor_id is None:
        return _("管理コマンド")
    person = actors.get(entry.actor_id)
    if person is None or person.erased_at is not None:
        return _("退会した人")
    return _("%(name)sさん", name=person.display_name)


def _unnamed_act() -> str:
    """Return the sentence of an act for which no room has one. Its placeholders are filled by the caller."""
    return _("%(who)s：%(act)s（%(whom)s）", who="%(who)s", act="%(act)s", whom="%(whom)s")


def _name_subject(entry: AuditEntry, names: Names) -> Markup | str:
    kind, key = entry.subject_kind, (entry.subject_kind, entry.subject_id or 0)
    if key in names.phrases:
        return names.phrases[key]
    link = names.links.get(key, "")
    name = names.names.get(key)
    if name is None:
        said = _("退会した人") if kind == "member" else labels.subject_label(kind)
    elif kind == "member":
        said = _("%(name)sさん", name=name)
    else:
        said = name if kind in _BY_NAME else _in_brackets(name)
    return Markup('<a href="{}">{}</a>').format(link, said) if link else said


def _in_brackets(name: str) -> str:
    """Return the name in the brackets of the viewer's language, if it has none itself (「題」の投稿)."""
    bracketed = _("「%(name)s」", name=name)
    return name if bracketed[0] in name else bracketed


def _list_changes(before: Mapping[str, Any], after: Mapping[str, Any], entry: AuditEntry, names: Names) -> str:
    """Return what became of each value: 「業種：製造業→金属加工業、…」."""
    changes: list[str] = []
    for name, value in after.items():
        new = _say(name, value, entry, names)
        if name in before:
            new = _("%(old)s→%(new)s", old=_say(name, before[name], entry, names), new=new)
        changes.append(_("%(name)s：%(value)s", name=labels.name_label(name), value=new))
    return _("、").join(changes)


def _say(name: str, value: object, entry: AuditEntry, names: Names) -> str:
    """Return a value in words, days and instants as they are said in a sentence."""
    if isinstance(value, str):
        said = say_times(value, day_in_words, date_and_time)
        if said != value:
            return said
    return names.value(name, value, entry.subject_kind)
