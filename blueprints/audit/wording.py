"""Values of the log as staff read them: no names of columns, no numbers where there is a name, no words of the code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from blueprints.forums.labels import AUDIENCES
from community.accounts import labels as of_people
from community.accounts import queries as people
from community.accounts.prefectures import prefecture_name
from community.audit import labels, texts
from community.forums import queries as forums
from community.forums.labels import category_name
from community.moderation.labels import REASONS
from models.audit import AuditEntry

Values = Mapping[str, Any]

# Where numbers of things stand; `parent_id` is of a company or a category, as its entry is.
_NUMBERS_OF = {"account_id": "account", "csm_id": "member", "post_id": "post"}
_PARENT = "parent_id"
# Words of the code, by the name that they stand under; several, with commas between, where there may be several.
WORDS: dict[str, Mapping[Any, object]] = {
    "kind": {**of_people.KINDS, **of_people.TERMS},
    "matter": labels.MATTERS,
    "posters": AUDIENCES,
    "readers": AUDIENCES,
    "reason": REASONS,
    "segment": of_people.SEGMENTS,
    "segments": of_people.SEGMENTS,
    "staff_role": of_people.ROLES,
    "stage": of_people.STAGES,
    "stages": of_people.STAGES,
}


@dataclass(frozen=True)
class Names:
    """What things are called of which entries know numbers only."""

    people: Mapping[int, str]
    companies: Mapping[int, str]
    topics: Mapping[int, str]
    posts: Mapping[int, str]
    categories: Mapping[int, str]
    links: Mapping[tuple[str, int], str]

    def subject(self, entry: AuditEntry) -> tuple[str, str]:
        """Return what was acted on, and its page; "" where it has none."""
        kind, number = entry.subject_kind, entry.subject_id
        if number is None:
            return labels.subject_label(kind), ""
        name = self._known(kind).get(number) or labels.subject_label(kind, number)
        return name, self.links.get((kind, number), "")

    def lines(self, values: Values | None, of: str) -> list[tuple[str, str]]:
        """Return name and value of each, in words; `of`: the kind of what was acted on."""
        return [(labels.name_label(name), self._value(name, value, of)) for name, value in (values or {}).items()]

    def in_a_line(self, values: Values | None, of: str) -> str:
        """The same for where there is little room."""
        return _("、").join(_("%(name)s：%(value)s", name=name, value=value) for name, value in self.lines(values, of))

    def _value(self, name: str, value: object, of: str) -> str:  # noqa: PLR0911  one line for each kind of value
        if value == texts.APART:
            return _("（消去済み）")
        if value is None or value in ("", [], {}):
            return _("なし")
        if isinstance(value, bool):
            return _("はい") if value else _("いいえ")
        if isinstance(value, int | float):
            return self._number(name, value, of)
        if isinstance(value, dict):
            return _("（%(values)s）", values=self.in_a_line(value, of))
        if isinstance(value, list):
            return _("、").join(self._value(name, each, of) for each in value)
        said = WORDS.get(name)
        if said is not None:
            return _("、").join(str(said.get(word, word)) for word in str(value).split(","))
        return _day(str(value))

    def _number(self, name: str, number: float, of: str) -> str:
        if name == "prefecture":
            return prefecture_name(int(number))
        kind = of if name == _PARENT else _NUMBERS_OF.get(name)
        if kind is None:
            return f"{number:,}"
        return self._known(kind).get(int(number)) or labels.subject_label(kind, int(number))

    def _known(self, kind: str) -> Mapping[int, str]:
        known = {"member": self.people, "account": self.companies, "topic": self.topics, "post": self.posts}
        return {**known, "category": self.categories}.get(kind, {})


def names_in(entries: Sequence[AuditEntry]) -> Names:
    """What the entries speak of. A query for each kind of thing, whatever the number of entries."""
    companies = people.list_accounts_by_id(_mentioned(entries, "account"))
    members = people.list_members_by_id(_mentioned(entries, "member"))
    there = {number: member for number, member in members.items() if member.erased_at is None}
    topics = forums.titles_of(_mentioned(entries, "topic"))
    posts = forums.places_of(_mentioned(entries, "post"))
    categories = forums.list_categories_by_id(_mentioned(entries, "category"))
    links = {("member", n): url_for("accounts.show_profile", handle=each.handle) for n, each in there.items()}
    links |= {("account", n): url_for("accounts.list_people", account_id=n) for n in companies}
    links |= {("topic", n): url_for("forums.show_topic", topic_id=n) for n in topics}
    links |= {("post", n): url_for("forums.show_post", post_id=n) for n in posts}
    links |= {("category", n): url_for("forums.show_category", slug=each.slug) for n, each in categories.items()}
    links |= {(texts.ENTRY, n): url_for("audit.show_entry", entry_id=n) for n in _mentioned(entries, texts.ENTRY)}
    return Names(
        people={n: each.display_name for n, each in there.items()},
        companies={n: each.name for n, each in companies.items()},
        topics=topics,
        posts={n: _("「%(title)s」の投稿", title=place.title) for n, place in posts.items()},
        categories={n: category_name(each) for n, each in categories.items()},
        links=links,
    )


def _mentioned(entries: Iterable[AuditEntry], kind: str) -> set[int]:
    """The numbers of things of this kind that were acted on, or stand among the values, at any depth."""
    found: set[int] = set()
    for entry in entries:
        is_about = entry.subject_kind == kind
        if is_about and entry.subject_id is not None:
            found.add(entry.subject_id)
        for name, number in (*_each_number(entry.before), *_each_number(entry.after)):
            if _NUMBERS_OF.get(name) == kind or (is_about and name == _PARENT):
                found.add(number)
    return found


def _each_number(values: object, name: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _each_number(value, str(key))
    elif isinstance(values, list):
        for value in values:
            yield from _each_number(value, name)
    elif isinstance(values, int) and not isinstance(values, bool):
        yield name, values


def _day(value: str) -> str:
    """A day or an instant in the reader's way of writing; anything else as it was typed."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return format_datetime(at, "medium") if "T" in value else format_date(at.date(), "medium")
