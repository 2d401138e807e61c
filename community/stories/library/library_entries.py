"""What the library knows of every story that staff may see, kept in memory and read anew where something has changed.

Every request asks where each story stands and for the version of what may be shown (two queries). Where either is
another, it asks for the fingerprint of each story, and reads those anew whose fingerprint has changed. Grants come from
the rules of consent, with their last days, so that ends need no reading.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

import sqlalchemy as sa
from flask import current_app

from community import public
from community.stories import queries
from community.stories.consent import consents
from community.stories.consent.evidence import Evidence, VersionRow
from community.stories.publishing.guest_scopes import get_version
from community.stories.reading.fingerprints import Fingerprint, read_fingerprints, read_stands
from community.stories.versions.content import Content, Figure, from_json
from models.base import db
from models.stories import ConsentUse, Decision, StoryPartName, StoryState, StoryTag

from .ranking import Corpus, Place, Saying, read_story

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
    """All entries by story. `fingerprints`: what they were read from."""

    entries: Mapping[int, Entry] = field(default_factory=dict)
    fingerprints: Mapping[int, Fingerprint] = field(default_factory=dict)


@dataclass
class _Shelf:
    """Where a process keeps its library. The lock lets one thread read what has changed.

    `seen`: version and stands as they were when it was last found up to date; None: ask for fingerprints.
    `corpus`: made of `heard`, the entries as they were when somebody last typed a theme.
    """

    library: Library = field(default_factory=Library)
    seen: tuple[str, Mapping[int, Fingerprint]] | None = None
    corpus: Corpus = field(default_factory=Corpus)
    # What the corpus was made of.
    heard: Mapping[int, Entry] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def read_library() -> Library:
    """Return the library as the database has it now. Two queries while nothing has changed."""
    shelf: _Shelf = current_app.extensions.setdefault(_EXTENSION, _Shelf())
    # The version before everything else: what is committed meanwhile has another one.
    version, stands = get_version(), read_stands()
    is_changing = public.is_changing(db.session())
    with shelf.lock:
        known = shelf.library
        if shelf.seen == (version, stands) and not is_changing:
            return known
        fingerprints = read_fingerprints(stands)
        changed = {id_ for id_, print_ in fingerprints.items() if known.fingerprints.get(id_) != print_}
        gone = known.fingerprints.keys() - fingerprints.keys()
        if changed or gone:
            shelf.library = _read_anew(known, fingerprints, changed, gone)
        # What this transaction has changed has no version yet.
        shelf.seen = None if is_changing else (version, stands)
        return shelf.library


def read_corpus(library: Library) -> Corpus:
    """Return what the stories of the library say. Made when a theme asks for it: that is most of all reading."""
    shelf: _Shelf = current_app.extensions.setdefault(_EXTENSION, _Shelf())
    with shelf.lock:
        known, wanted = shelf.heard, library.entries
        # An entry is never changed, but replaced; by one that says the same, too, where only a consent is new.
        replaced = [id_ for id_ in known.keys() | wanted.keys() if known.get(id_) is not wanted.get(id_)]
        changed = [id_ for id_ in replaced if _list_said(known.get(id_)) != _list_said(wanted.get(id_))]
        if changed:
            shelf.corpus = shelf.corpus.with_changes({id_: _hear(wanted.get(id_)) for id_ in changed})
        shelf.heard = wanted
        return shelf.corpus


def _list_said(entry: Entry | None) -> tuple[Mapping[Place, str], str, int | None, int | None] | None:
    return (entry.texts, entry.trade, entry.employees, entry.prefecture) if entry is not None else None


def _hear(entry: Entry | None) -> Saying | None:
    said = _list_said(entry)
    return read_story(*said) if said is not None else None


def _read_anew(
    known: Library, fingerprints: Mapping[int, Fingerprint], changed: Collection[int], gone: Collection[int]
) -> Library:
    fresh = _read_entries(changed, is_everything=len(changed) == len(fingerprints))
    kept = {id_: entry for id_, entry in known.entries.items() if id_ not in changed and id_ not in gone}
    return Library(kept | fresh, fingerprints)


def _read_entries(ids: Collection[int], *, is_everything: bool) -> dict[int, Entry]:
    evidence = queries.list_evidence(None if is_everything else ids)
    last = queries.list_newest_versions([id_ for id_, each in evidence.items() if each.version is None])
    names = dict(db.session.execute(sa.select(StoryTag.slug, StoryTag.name)).all())
    found = {
        id_: _make_entry(each, each.version or last.get(id_), names) for id_, each in evidence.items() if id_ in ids
    }
    return {id_: entry for id_, entry in found.items() if entry is not None}


def _make_entry(evidence: Evidence, version: VersionRow | None, names: Mapping[str, str]) -> Entry | None:
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
    use: ConsentUse, version: VersionRow, evidence: Evidence, *, is_published: bool
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
