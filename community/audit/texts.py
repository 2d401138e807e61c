"""What of a privileged act may stand for ever, and what stands apart from it so that it can be erased.

Closed by default: numbers, yes and no, days and the words of ours in WORDS stay in the entry; whatever else there is
was typed by somebody and may name a person.
"""

import hashlib
import json
import re
import secrets
from typing import Any

from community.audit import labels
from models.accounts import AccountKind, Segment, StaffRole, Stage
from models.audit import AuditEntry, AuditText
from models.forums import Audience
from models.joining import TermsKind
from models.moderation import RemovalReason

Values = dict[str, Any]

# The words of ours that may stand under each name, as they are stored: values of the enumerations. A name alone vouches
# for nothing: what a room writes under it one day may have been typed.
WORDS: dict[str, frozenset[str]] = {
    "kind": frozenset((*AccountKind, *TermsKind)),
    "matter": frozenset(labels.MATTERS),
    "posters": frozenset(Audience),
    "readers": frozenset(Audience),
    "reason": frozenset(RemovalReason),
    "segment": frozenset(Segment),
    "segments": frozenset(Segment),
    "staff_role": frozenset(StaffRole),
    "stage": frozenset(Stage),
    "stages": frozenset(Stage),
}
CHECKSUM = "sha256"
# That a text was erased is an act on its entry.
ERASE, ENTRY = "audit.erase_text", "audit_entry"
# What stands in the entry in place of a value that was typed.
APART = "[text]"
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T[0-9:.]+([+-]\d{2}:\d{2}|Z)?)?")
_BEFORE, _AFTER = "before", "after"


def is_plain(name: str, value: object) -> bool:
    """Whether a value can name nobody; of lists and objects all that is in them."""
    if value is None or isinstance(value, bool | int | float):
        return True
    if isinstance(value, str):
        return bool(_DAY.fullmatch(value)) or _is_of_ours(name, value)
    if isinstance(value, dict):
        return all(is_plain(str(key), each) for key, each in value.items())
    return isinstance(value, list | tuple) and all(is_plain(name, each) for each in value)


def _is_of_ours(name: str, value: str) -> bool:
    """Whether it is a checksum or words of ours, with commas between where there are several; "" is none of them."""
    if name == CHECKSUM:
        return bool(_CHECKSUM.fullmatch(value))
    return name in WORDS and (not value or WORDS[name].issuperset(value.split(",")))


def split(values: Values | None) -> tuple[Values | None, Values]:
    """Return what stays in the entry, with APART for what was typed, and what was typed."""
    if values is None:
        return None, {}
    typed = {name: value for name, value in values.items() if not is_plain(name, value)}
    return {name: APART if name in typed else value for name, value in values.items()}, typed


def make_text(reason: str, before: Values, after: Values) -> AuditText | None:
    """Return the erasable row for what was typed; None where nothing was."""
    typed = {name: values for name, values in ((_BEFORE, before), (_AFTER, after)) if values}
    if not reason and not typed:
        return None
    details = json.dumps(typed, ensure_ascii=False, sort_keys=True) if typed else ""
    return AuditText(salt=secrets.token_hex(16), reason=reason, details=details)


def fingerprint(text: AuditText) -> str:
    """SHA-256 of salt and text. Neither database keeps a NUL in a text, so it cannot be moved from part to part."""
    text_of_both = f"{text.reason}\x00{text.details}" if text.details else text.reason
    return hashlib.sha256((text.salt + text_of_both).encode()).hexdigest()


def is_erased(entry: AuditEntry) -> bool:
    """Whether something was typed that is no longer kept."""
    return entry.text is not None and entry.text.erased_at is not None


def agrees(entry: AuditEntry, *, is_erasure_on_record: bool) -> bool:
    """Whether the text is what was typed, or is blank since somebody erased it, which is an entry as well.

    Only both together: a text that is blank without that entry was taken away past the page, and one that is there
    with it was put back.
    """
    if entry.text is None:
        return entry.text_hash is None
    if is_erased(entry) or is_erasure_on_record:
        is_blank = not (entry.text.salt or entry.text.reason or entry.text.details)
        return is_blank and is_erased(entry) and is_erasure_on_record
    return fingerprint(entry.text) == entry.text_hash


def put_together(entry: AuditEntry) -> tuple[Values, Values]:
    """Return the values before and after, with what was typed where it is kept; else with APART in its place."""
    typed = json.loads(entry.text.details) if entry.text and entry.text.details else {}
    return (
        {**(entry.before or {}), **typed.get(_BEFORE, {})},
        {**(entry.after or {}), **typed.get(_AFTER, {})},
    )
