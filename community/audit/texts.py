"""Which values of a privileged act stay in the log for good, and which stand apart so that they can be erased.

Closed by default: numbers, booleans, days and the code's own words stay in the entry; every other string was typed by
somebody and may name a person.
"""

import hashlib
import json
import re
import secrets
from typing import Any

from community.room import current_rooms
from models.audit import AuditEntry, AuditText
from models.moderation import RemovalReason

Values = dict[str, Any]

CHECKSUM = "sha256"
# The act of erasing a text, whose subject is the entry.
ERASE, ENTRY = "audit.erase_text", "audit_entry"
# Placeholder in the entry for a value that was typed.
APART = "[text]"
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T[0-9:.]+([+-]\d{2}:\d{2}|Z)?)?")
_BEFORE, _AFTER = "before", "after"


def is_plain(name: str, value: object) -> bool:
    """Return whether a value can name nobody; for a list or an object, whether that is true of everything in it."""
    if value is None or isinstance(value, bool | int | float):
        return True
    if isinstance(value, str):
        return bool(_DAY.fullmatch(value)) or _is_of_ours(name, value)
    if isinstance(value, dict):
        return all(is_plain(str(key), each) for key, each in value.items())
    return isinstance(value, list | tuple) and all(is_plain(name, each) for each in value)


def list_words(name: str) -> frozenset[str]:
    """Return the code's own words that may stand under a name, as they are stored: values of enumerations.

    A room's words count only if the room has a label for them. The name alone is not enough: a room may later write
    something typed under the same name.
    """
    of_rooms = current_rooms().audit_words.words.get(name, {})
    of_house = RemovalReason if name == "reason" else ()
    return frozenset(str(word) for word in (*of_rooms, *of_house) if isinstance(word, str))


def _is_of_ours(name: str, value: str) -> bool:
    """Return whether the value is a checksum, or one or more of the code's words with commas between. "" is no word."""
    if name == CHECKSUM:
        return bool(_CHECKSUM.fullmatch(value))
    words = list_words(name)
    return bool(words) and (not value or words.issuperset(value.split(",")))


def split(values: Values | None) -> tuple[Values | None, Values]:
    """Return the values that stay in the entry, with APART in place of typed ones, and the typed values."""
    if values is None:
        return None, {}
    typed = {name: value for name, value in values.items() if not is_plain(name, value)}
    return {name: APART if name in typed else value for name, value in values.items()}, typed


def make_text(reason: str, before: Values, after: Values) -> AuditText | None:
    """Return the erasable row for what was typed, or None if nothing was."""
    typed = {name: values for name, values in ((_BEFORE, before), (_AFTER, after)) if values}
    if not reason and not typed:
        return None
    details = json.dumps(typed, ensure_ascii=False, sort_keys=True) if typed else ""
    return AuditText(salt=secrets.token_hex(16), reason=reason, details=details)


def fingerprint(text: AuditText) -> str:
    """Return SHA-256 of salt and text as hex digits.

    Neither database stores NUL in a text, so the same digest cannot come from text shifted between reason and details.
    """
    text_of_both = f"{text.reason}\x00{text.details}" if text.details else text.reason
    return hashlib.sha256((text.salt + text_of_both).encode()).hexdigest()


def is_erased(entry: AuditEntry) -> bool:
    """Return whether something was typed with the act that is no longer kept."""
    return entry.text is not None and entry.text.erased_at is not None


def agrees(entry: AuditEntry, *, is_erasure_on_record: bool) -> bool:
    """Return whether the text is as it was typed, or blank with an erasure on record.

    Both must hold together: a text that is blank without an erasure was removed by other means, and one that is there
    in spite of an erasure was put back.
    """
    if entry.text is None:
        return entry.text_hash is None
    if is_erased(entry) or is_erasure_on_record:
        is_blank = not (entry.text.salt or entry.text.reason or entry.text.details)
        return is_blank and is_erased(entry) and is_erasure_on_record
    return fingerprint(entry.text) == entry.text_hash


def put_together(entry: AuditEntry) -> tuple[Values, Values]:
    """Return the values before and after the act, typed ones included where they are kept; erased ones are APART."""
    typed = json.loads(entry.text.details) if entry.text and entry.text.details else {}
    return (
        {**(entry.before or {}), **typed.get(_BEFORE, {})},
        {**(entry.after or {}), **typed.get(_AFTER, {})},
    )
