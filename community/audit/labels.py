"""What privileged acts are called: the house's words here, each room's words from its description.

An act, a subject or a value without a word is shown by its name in the code.
"""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from community.room import current_rooms
from models.audit import AuditEntry

ACTIONS: dict[str, LazyString] = {
    "audit.erase_text": _l("操作の記録の文面を消した"),
    "moderation.remove": _l("取り下げた"),
    "moderation.restore": _l("もとに戻した"),
    "projections.hurry_stuck": _l("止まった記録を読みなおした"),
    "settlement.hurry_stuck": _l("止まった記録を読みなおした"),  # in entries of before revision 0020
}
SUBJECTS: dict[str, LazyString] = {
    "audit_entry": _l("操作の記録"),
    "stuck_signal": _l("止まった記録"),
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
        if entry.action == action and entry.after and name in entry.after and entry.after[name] == value:
            return str(said)
    return action_label(entry.action)


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
