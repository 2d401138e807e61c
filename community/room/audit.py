"""How the log of privileged acts speaks of what a room writes into it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class AuditWords:
    """A room's part of the log's words; what is common to all rooms stands in community/audit/labels.py.

    `actions`: what was done, by the name of the act. `told_apart`: the same said more exactly, by act, name and value
    after it. `subjects`: what was acted on, where that is no kind of thing or is called otherwise here. `names`: what
    values stand for. `words`: under such a name, what values of the code mean; strings among them are kept in the log
    for good, whatever else stands there counts as typed. `things`: names under which the id of a thing stands, with its
    kind.
    """

    actions: Mapping[str, LazyString] = field(default_factory=dict)
    told_apart: Mapping[tuple[str, str, object], LazyString] = field(default_factory=dict)
    subjects: Mapping[str, LazyString] = field(default_factory=dict)
    names: Mapping[str, LazyString] = field(default_factory=dict)
    words: Mapping[str, Mapping[Any, LazyString]] = field(default_factory=dict)
    things: Mapping[str, str] = field(default_factory=dict)


def merge_words(all_words: Iterable[AuditWords]) -> AuditWords:
    """Return the words of several rooms as one. Under one name several rooms may have words."""
    merged: dict[str, dict[Any, Any]] = {each.name: {} for each in fields(AuditWords)}
    for words in all_words:
        for name, known in merged.items():
            for key, value in getattr(words, name).items():
                known[key] = {**known.get(key, {}), **value} if name == "words" else value
    return AuditWords(**merged)
