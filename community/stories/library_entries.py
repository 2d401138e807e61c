"""What the library knows of every story that staff may see, kept in memory and read anew where something has changed.

A fingerprint of each story is asked for with every request (four queries of narrow rows); only stories whose
fingerprint has changed are read. Grants come from the rules of consent, with their last days.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import InstrumentedAttribute

from models.base import db, is_among
from models.stories import (
    ConsentUse,
    Decision,
    Story,
    StoryApprover,
    StoryConsent,
    StoryPartName,
    StoryState,
    StoryTag,
    StoryVersion,
)

from . import consents, queries
from .content import Content, Figure, from_json
from .permits import Evidence
from .ranking import Corpus, Place, read_story

_EXTENSION = "story_library"
_PLACES: Mapping[StoryPartName, Place] = {
    StoryPartName.COMPANY: Place.COMPANY,
    StoryPartName.PROBLEM: Place.PROBLEM,
    StoryPartName.RESULT: Place.RESULT,
}


@dataclass(frozen=True)
class Entry:
    """One story in the library. `version_id`: the published version, or the last one submitted where none is.

    `granted`: uses that everybody has consented to, with their last day (None: without end). `asked`: uses that the
    author wants and nobody has refused, while somebody has not answered yet. Both are of this very version. `is_down`:
    hidden, or withdrawn. `texts`: what ranking reads, by place.
    """

    story_id: int
    version_id: int
    state: StoryState
    is_published: bool
    is_down: bool
    account_id: int
    author_id: int
    title: str
    lead: str
    company: str
    people: tuple[str, ...]
    trade: str
    employees: int | None
    prefecture: int | None
    problems: tuple[str, ...]
    features: tuple[str, ...]
    figures: tuple[Figure, ...]
    granted: Mapping[ConsentUse, date | None]
    asked: Mapping[ConsentUse, date | None]
    texts: Mapping[Place, str]

    def may_be_used(self, use: ConsentUse, on: date) -> bool:
        """Return whether the story may be put to this use on the day."""
        if self.is_down or not self.is_published or use not in self.granted:
            return False
        until = self.granted[use]
        return until is None or on <= until


@dataclass(frozen=True)
class Library:
    """All entries by story, and what they say. `fingerprints`: what they were read from."""

    entries: Mapping[int, Entry] = field(default_factory=dict)
    corpus: Corpus = field(default_factory=Corpus)
    fingerprints: Mapping[int, tuple[Any, ...]] = field(default_factory=dict)


@dataclass
class _Shelf:
    """Where a process keeps its library. The lock lets one thread read what has changed."""

    library: Library = field(default_factory=Library)
    lock: Lock = field(default_factory=Lock)


def read_library() -> Library:
    """Return the library as the database has it now."""
    shelf: _Shelf = current_app.extensions.setdefault(_EXTENSION, _Shelf())
    fingerprints = _read_fingerprints()
    with shelf.lock:
        known = shelf.library
        changed = {id_ for id_, print_ in fingerprints.items() if known.fingerprints.get(id_) != print_}
        gone = known.fingerprints.keys() - fingerprints.keys()
        if changed or gone:
            shelf.library = _read_anew(known, fingerprints, changed, gone)
        return shelf.library


def _read_anew(
    known: Library, fingerprints: Mapping[int, tuple[Any, ...]], changed: Collection[int], gone: Collection[int]
) -> Library:
    fresh = _read_entries(changed, is_everything=len(changed) == len(fingerprints))
    entries = {id_: entry for id_, entry in known.entries.items() if id_ not in changed and id_ not in gone} | fresh
    said = {
        id_: read_story(entry.texts, entry.trade, entry.employees, entry.prefecture) for id_, entry in fresh.items()
    }
    corpus = known.corpus.with_changes({id_: said.get(id_) for id_ in {*changed, *gone}})
    return Library(entries, corpus, fingerprints)


def _read_fingerprints() -> dict[int, tuple[Any, ...]]:
    """Return of each story what tells whether its entry is out of date. Columns only: it is asked for thousands."""
    newest = _newest_versions().subquery()
    shown = sa.func.coalesce(Story.published_version_id, newest.c.version_id)
    told = sa.select(
        StoryConsent.story_id,
        sa.func.max(StoryConsent.id),
        _as_stored(sa.func.max(StoryConsent.recorded_at)),
        sa.func.count(StoryConsent.until_day),
    ).group_by(StoryConsent.story_id)
    consented = {row[0]: tuple(row[1:]) for row in db.session.execute(told)}
    asked: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    approvers = sa.select(
        StoryApprover.story_id,
        StoryApprover.id,
        _as_stored(StoryApprover.removed_at),
        sa.cast(StoryApprover.uses, sa.Text),
    ).order_by(StoryApprover.id)
    for row in db.session.execute(approvers):
        asked[row[0]].append(tuple(row[1:]))
    tags = tuple(map(tuple, db.session.execute(sa.select(StoryTag.slug, StoryTag.name).order_by(StoryTag.id))))
    # A version is blanked when its content is erased; nothing else of it ever changes.
    stories = (
        sa.select(
            Story.id,
            Story.state,
            _as_stored(Story.published_at),
            _as_stored(Story.hidden_at),
            _as_stored(Story.withdrawn_at),
            Story.account_id,
            Story.author_id,
            _as_stored(Story.created_at),
            StoryVersion.id,
            StoryVersion.content_hash,
            StoryVersion.content != "",
        )
        .outerjoin(newest, newest.c.story_id == Story.id)
        .join(StoryVersion, StoryVersion.id == shown)
    )
    return {
        row[0]: (*row[1:], consented.get(row[0]), tuple(asked.get(row[0], ())), tags)
        for row in db.session.execute(stories)
    }


def _as_stored(column: sa.ColumnElement[Any] | InstrumentedAttribute[Any]) -> sa.ColumnElement[Any]:
    """Return the column without what makes a time of it: fingerprints are compared, never read."""
    return sa.type_coerce(column, sa.Text)


def _newest_versions() -> sa.Select[int, int]:
    return sa.select(StoryVersion.story_id, sa.func.max(StoryVersion.id).label("version_id")).group_by(
        StoryVersion.story_id
    )


def _read_entries(ids: Collection[int], *, is_everything: bool) -> dict[int, Entry]:
    evidence = queries.list_evidence(None if is_everything else ids)
    newest = sa.select(StoryVersion).where(
        StoryVersion.id.in_(sa.select(_newest_versions().subquery().c.version_id)), is_among(StoryVersion.story_id, ids)
    )
    last = {version.story_id: version for version in db.session.scalars(newest)}
    names = dict(db.session.execute(sa.select(StoryTag.slug, StoryTag.name)).all())
    found = {
        id_: _make_entry(each, each.version or last.get(id_), names) for id_, each in evidence.items() if id_ in ids
    }
    return {id_: entry for id_, entry in found.items() if entry is not None}


def _make_entry(evidence: Evidence, version: StoryVersion | None, names: Mapping[str, str]) -> Entry | None:
    """Return the entry of a story; None where staff know nothing of it, or its content was erased."""
    story = evidence.story
    is_published = story.published_at is not None and story.published_version_id is not None
    if version is None or not version.content or (not is_published and story.state == StoryState.DRAFT):
        return None
    content = from_json(version.content)
    # On a day before all ends: whatever is granted at all, with its last day.
    grants = consents.list_grants(version, evidence.approvers, evidence.entries, date.min)
    return Entry(
        story_id=story.id,
        version_id=version.id,
        state=StoryState(story.state),
        is_published=is_published,
        is_down=story.hidden_at is not None or story.withdrawn_at is not None or story.state == StoryState.WITHDRAWN,
        account_id=story.account_id,
        author_id=story.author_id,
        title=content.title,
        lead=content.lead,
        company=content.company,
        people=content.people,
        trade=content.trade,
        employees=content.employees,
        prefecture=content.prefecture,
        problems=content.problems,
        features=content.features,
        figures=content.figures,
        granted={use: grant.until for use, grant in grants.items()} if is_published else {},
        asked={
            use: until
            for use in ConsentUse
            if not (is_published and use in grants)
            for until in _list_asked(use, version, evidence, is_published=is_published)
        },
        texts=texts_of(content, names),
    )


def _list_asked(
    use: ConsentUse, version: StoryVersion, evidence: Evidence, *, is_published: bool
) -> tuple[date | None, ...]:
    """Return the last day of a use that is wanted and not refused, as the only element; empty where it is not so."""
    wish = consents.find_entry(consents.AUTHOR, use, version, evidence.entries)
    parties = consents.parties_of(use, evidence.approvers)[1:]
    if wish is None or wish.decision != Decision.GRANTED or (is_published and not parties):
        return ()
    said = [consents.find_entry(party, use, version, evidence.entries) for party in parties]
    if any(entry is not None and entry.decision != Decision.GRANTED for entry in said):
        return ()
    ends = [entry.until_day for entry in (wish, *said) if entry is not None and entry.until_day is not None]
    return (min(ends, default=None),)


def texts_of(content: Content, names: Mapping[str, str]) -> dict[Place, str]:
    """Return the texts by which a story is ranked. `names`: of tags by slug."""
    texts: defaultdict[Place, list[str]] = defaultdict(list)
    for name, answer in content.answers.items():
        texts[_PLACES.get(name, Place.REST)].append(answer)
    texts[Place.REST] += [each.text for each in content.tries]
    texts[Place.PROBLEMS] = [names.get(slug, "") for slug in content.problems]
    texts[Place.FEATURES] = [names.get(slug, "") for slug in content.features]
    texts[Place.FIGURES] = [figure.label for figure in content.figures]
    texts[Place.TITLE], texts[Place.LEAD], texts[Place.QUOTE] = [content.title], [content.lead], [content.quote]
    return {place: "\n".join(each) for place, each in texts.items()}
