"""The rules of consent against a plain book-keeping of the same events, on random histories."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from community.stories.consent.consents import list_grants
from models.base import now
from models.stories import ApproverRole, ConsentUse, Decision, StoryApprover, StoryConsent, StoryVersion

FIRST = date(2026, 3, 1)
# Few of each, so that events meet.
DAY = st.integers(0, 3).map(lambda n: FIRST + timedelta(days=n))
USES = st.sampled_from([ConsentUse.MEMBERS, ConsentUse.LOGO])
WHO = st.integers(0, 2)  # 0: the author, else an approver


@dataclass
class Book:
    """What was said, in two ways: the rows of the ledger, and by hand who allows what until when."""

    version: int = 1
    approvers: dict[int, StoryApprover] = field(default_factory=dict)
    entries: list[StoryConsent] = field(default_factory=list)
    # By version, use and person: the grant that stands, as (until, id of its entry).
    standing: dict[tuple[int, ConsentUse, int], tuple[date | None, int]] = field(default_factory=dict)
    # Who has said anything of which version: their word counts also after they were taken off the list.
    spoken: set[tuple[int, int]] = field(default_factory=set)

    def name_approver(self, who: int, uses: list[ConsentUse]) -> None:
        if who and who not in self.approvers:
            self.approvers[who] = StoryApprover(
                id=who, story_id=1, role=ApproverRole.SUPERIOR, uses=[use.value for use in uses], removed_at=None
            )

    def drop_approver(self, who: int) -> None:
        if who in self.approvers:
            self.approvers[who].removed_at = now()

    def say(self, who: int, use: ConsentUse, decision: Decision, until: date | None) -> None:
        key = (self.version, use, who)
        self._write(who, use, decision, until)
        if decision == Decision.GRANTED:
            self.standing[key] = (until, len(self.entries))
        else:
            self.standing.pop(key, None)

    def say_of_another_text(self, who: int, use: ConsentUse, decision: Decision) -> None:
        """An entry whose version has the same number and another text: it allows nothing and ends nothing."""
        self._write(who, use, decision, None)
        self.entries[-1].content_hash = "hash of another text"

    def take_back(self, who: int, use: ConsentUse, by: int) -> None:
        key = (self.version, use, who)
        if key in self.standing:
            _, entry_id = self.standing.pop(key)
            self._write(by, use, Decision.WITHDRAWN, None, entry_id)

    def allowed(self, on: date) -> dict[ConsentUse, date | None]:
        """Return each use that everybody allows, and until when."""
        found: dict[ConsentUse, date | None] = {}
        for use in ConsentUse:
            asked = [
                who
                for who, each in self.approvers.items()
                if use in each.uses and (each.removed_at is None or (self.version, who) in self.spoken)
            ]
            said = [self.standing.get((self.version, use, who)) for who in (0, *asked)]
            if not asked or None in said:
                continue
            ends = [grant[0] for grant in said if grant and grant[0]]
            if all(end >= on for end in ends):
                found[use] = min(ends, default=None)
        return found

    def current(self) -> StoryVersion:
        return StoryVersion(id=self.version, story_id=1, content_hash=f"hash {self.version}")

    def _write(
        self, who: int, use: ConsentUse, decision: Decision, until: date | None, withdraws_id: int | None = None
    ) -> None:
        self.spoken.add((self.version, who))
        self.entries.append(
            StoryConsent(
                id=len(self.entries) + 1,
                story_id=1,
                version_id=self.version,
                content_hash=f"hash {self.version}",
                use=use,
                decision=decision,
                until_day=until,
                approver_id=who or None,
                member_id=None if who else 7,
                withdraws_id=withdraws_id,
            )
        )

    def edit(self) -> None:
        self.version += 1


DECISIONS = st.sampled_from([Decision.GRANTED, Decision.GRANTED, Decision.DECLINED])
EVENTS = st.one_of(
    st.tuples(st.just(Book.name_approver), WHO, st.lists(USES, unique=True)),
    st.tuples(st.just(Book.drop_approver), WHO),
    st.tuples(st.just(Book.say), WHO, USES, DECISIONS, st.none() | DAY),
    st.tuples(st.just(Book.say_of_another_text), WHO, USES, DECISIONS),
    st.tuples(st.just(Book.take_back), WHO, USES, WHO),
    st.tuples(st.just(Book.edit)),
)


def book_that_allows_everything() -> Book:
    """Most random histories allow little; this is where the others begin."""
    book = Book()
    book.name_approver(1, list(ConsentUse))
    for use in ConsentUse:
        for who in (0, 1):
            book.say(who, use, Decision.GRANTED, None)
    return book


GRANTED_TO_ANOTHER_TEXT: list[tuple[Any, ...]] = [
    (Book.name_approver, 1, [ConsentUse.MEMBERS]),
    (Book.say, 0, ConsentUse.MEMBERS, Decision.GRANTED, None),
    (Book.say_of_another_text, 1, ConsentUse.MEMBERS, Decision.GRANTED),
]


@example(begin=Book, events=GRANTED_TO_ANOTHER_TEXT, day=FIRST)
@given(
    begin=st.sampled_from([Book, book_that_allows_everything]),
    events=st.lists(EVENTS, max_size=40),
    day=DAY,
)
def test_permitted_is_exactly_what_everybody_asked_allows_on_that_day(
    begin: Callable[[], Book], events: list[tuple[Any, ...]], day: date
) -> None:
    book = begin()
    for event, *values in events:
        event(book, *values)
    rows = list(book.approvers.values())
    granted = list_grants(book.current(), rows, book.entries, day)
    assert {use: grant.until for use, grant in granted.items()} == book.allowed(day)
