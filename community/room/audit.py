"""The words of a room for its entries in the log of privileged acts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class AuditWords:
    """A room's part of the log's words; what is common to all rooms stands in community/audit/labels.py.

    `actions`: labels of actions. `actions_by_value`: more exact ones, by action, name of a value and the new value.
    `subjects`: labels of what was acted on, where that is no kind of thing or is called otherwise in the log. `names`:
    labels of the names of values. `words`: under such a name, labels of values of the code; strings that have one are
    kept for good, others count as typed and can be erased. `things`: names under which the id of a thing stands, with
    its kind.
    """

    actions: Mapping[str, LazyString] = field(default_factory=dict)
    actions_by_value: Mapping[tuple[str, str, object], LazyString] = field(default_factory=dict)
    subjects: Mapping[str, LazyString] = field(default_factory=dict)
    names: Mapping[str, LazyString] = field(default_factory=dict)
    words: Mapping[str, Mapping[Any, LazyString]] = field(default_factory=dict)
    things: Mapping[str, str] = field(default_factory=dict)


def merge_words(all_words: Iterable[AuditWords]) -> AuditWords:
    """Return the words of several rooms merged; `words` of several rooms under one name are united."""
    merged: dict[str, dict[Any, Any]] = {each.name: {} for each in fields(AuditWords)}
    for words in all_words:
        for name, known in merged.items():
            for key, value in getattr(words, name).items():
                known[key] = {**known.get(key, {}), **value} if name == "words" else value
    return AuditWords(**merged)
