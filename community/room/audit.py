"""The words of a room for its entries in the log of privileged acts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from flask_babel.speaklater import LazyString

from models.audit import AuditEntry


@dataclass(frozen=True)
class AuditWords:
    """A room's part of the log's words; what is common to all rooms stands in community/audit/labels.py.

    `actions`: labels of actions. `actions_by_value`: more exact ones, by action, name of a value and the new value.
    `subjects`: labels of what was acted on, where that is no kind of thing or is called otherwise in the log. `names`:
    labels of the names of values. `words`: under such a name, labels of values of the code; strings that have one are
    kept for good, others count as typed and can be erased. `things`: names under which the id of a thing stands, with
    its kind.

    `sentences`: by action, or by what tells acts apart, a sentence for the list of the log: 「%(who)sが…」. It may name
    who acted (`who`), what was acted on (`whom`), all values (`changes`), each value after the act by its name, and
    each before by `old_` and its name. `own_sentences`: the same where people act on themselves. `abridged`: by action,
    what its values come down to in its sentence.
    """

    actions: Mapping[str, LazyString] = field(default_factory=dict)
    actions_by_value: Mapping[tuple[str, str, object], LazyString] = field(default_factory=dict)
    subjects: Mapping[str, LazyString] = field(default_factory=dict)
    names: Mapping[str, LazyString] = field(default_factory=dict)
    words: Mapping[str, Mapping[Any, LazyString]] = field(default_factory=dict)
    things: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str | tuple[str, str, object], LazyString] = field(default_factory=dict)
    own_sentences: Mapping[str, LazyString] = field(default_factory=dict)
    abridged: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class ReasonCopy:
    """Another place where a room keeps the reason of an act, for example as a note on a page.

    When an administrator erases what was typed, `erase` takes the act's entry in the log, with its text, and blanks the
    copy. `notice` says on the page that asks what goes with it.
    """

    action: str
    erase: Callable[[AuditEntry], object]
    notice: LazyString


def merge_words(all_words: Iterable[AuditWords]) -> AuditWords:
    """Return the words of several rooms merged; `words` of several rooms under one name are united."""
    merged: dict[str, dict[Any, Any]] = {each.name: {} for each in fields(AuditWords)}
    for words in all_words:
        for name, known in merged.items():
            for key, value in getattr(words, name).items():
                known[key] = {**known.get(key, {}), **value} if name == "words" else value
    return AuditWords(**merged)
