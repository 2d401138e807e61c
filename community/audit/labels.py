"""What privileged acts are called: the house's words here, each room's words from its description.

An act, a subject or a value without a word is shown by its name in the code.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from community.room import current_rooms
from models.audit import AuditEntry

ACTIONS: dict[str, LazyString] = {
    "audit.erase_text": _l("操作の記録の文面を消した"),
    "moderation.remove": _l("取り下げた"),
    "moderation.restore": _l("元に戻した"),
    "projections.hurry_stuck": _l("止まった行動をもう一度試した"),
    "settlement.hurry_stuck": _l("止まった行動をもう一度試した"),  # in entries of before revision 0020
}
SENTENCES: dict[str, LazyString] = {
    "audit.erase_text": _l("%(who)sが%(whom)sの文面を消しました"),
    "moderation.remove": _l("%(who)sが%(whom)sを取り下げました（%(reason)s）"),
    "moderation.restore": _l("%(who)sが、取り下げた%(whom)sを元に戻しました"),
    "projections.hurry_stuck": _l("%(who)sが、止まった行動の反映をもう一度試しました"),
    "settlement.hurry_stuck": _l("%(who)sが、止まった行動の反映をもう一度試しました"),
}
SUBJECTS: dict[str, LazyString] = {
    "audit_entry": _l("操作の記録"),
    "stuck_signal": _l("止まった行動"),
}
NAMES: dict[str, LazyString] = {
    "description": _l("説明"),
    "expires_at": _l("期限"),
    "from_day": _l("この日から"),
    "kind": _l("種類"),
    "name": _l("名前"),
    "name_en": _l("英語の名前"),
    "number": _l("版"),
    "parent_id": _l("上にあるもの"),
    "position": _l("並び順"),
    "reason": _l("取り下げた理由の種類"),
    "rows": _l("CSVの行数"),
    "sha256": _l("内容の照合値"),
    "until_day": _l("この日の前日まで"),
}


def action_label(action: str) -> str:
    """Return what the act is called; its name in the code if there is no word for it."""
    return str(ACTIONS.get(action) or current_rooms().audit_words.actions.get(action, action))


def entry_label(entry: AuditEntry) -> str:
    """Return what was done, more exactly where the values decide: made an administrator, or no longer one."""
    for (action, name, value), said in current_rooms().audit_words.actions_by_value.items():
        if entry.action == action and _has(entry.after, name, value):
            return str(said)
    return action_label(entry.action)


def sentence_of(entry: AuditEntry) -> str:
    """Return the sentence of an act with its placeholders (`AuditWords.sentences`); "" if there is none."""
    words = current_rooms().audit_words
    if entry.subject_kind == "member" and entry.subject_id == entry.actor_id and entry.action in words.own_sentences:
        return str(words.own_sentences[entry.action])
    after = abridge(entry.action, entry.after or {})
    for key, said in words.sentences.items():
        if not isinstance(key, str) and entry.action == key[0] and _has(after, *key[1:]):
            return str(said)
    return str(SENTENCES.get(entry.action) or words.sentences.get(entry.action) or "")


def abridge(action: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an act's values come down to in its sentence; the values themselves if nothing shortens them."""
    shorten = current_rooms().audit_words.abridged.get(action)
    return shorten(values) if shorten else values


def _has(values: Mapping[str, Any] | None, name: str, value: object) -> bool:
    return bool(values) and name in values and values[name] == value


def subject_label(kind: str, number: int | None = None) -> str:
    """Return what the kind of thing is called, followed by its number if one is given."""
    rooms = current_rooms()
    thing_kind = rooms.thing_kinds.get(kind)
    known = SUBJECTS.get(kind) or rooms.audit_words.subjects.get(kind) or (thing_kind and thing_kind.label)
    said = str(known or kind)
    return said if number is None else f"{said} {number}"


def name_label(name: str) -> str:
    """Return what a value's name is called; the name itself if there is no word for it."""
    return str(NAMES.get(name) or current_rooms().audit_words.names.get(name, name))
