"""The sample years, told through the same actions as real life: the forum in the order of the clock.

So the ledger, the notifications and the read marks come out as if everybody had been there.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm.attributes import set_committed_value

from community.accounts import actions as accounts
from community.forums import actions as forums
from community.forums import answers, reading
from community.ledger.actions import OutsideAct, record_outside
from community.moderation import actions as moderation
from models.accounts import Member
from models.base import db
from models.forums import Category, Post, ReactionKind, Topic, TopicKind
from models.moderation import RemovalReason

from .cast import Conversation, Cut, Moment, SamplePost
from .workdays import is_workday, workday_before
from .year import Occurrence

SOURCE = "sample"

# Half of those who react do so within four hours of working and sleeping; nobody does at night.
MEAN_DELAY_MINUTES = 350
FIRST_HOUR, LAST_HOUR = 7, 22


class Telling:
    """One telling of the two years before `day`."""

    def __init__(self, day: date, zone: ZoneInfo, people: dict[str, Member], categories: dict[str, Category]) -> None:
        self.day = day
        self.zone = zone
        self.people = people
        self.categories = categories
        self.topics: dict[str, Topic] = {}  # the session itself would forget them, and load them again each time
        self.posts: dict[tuple[str, int], Post] = {}
        self.last_act: dict[str, datetime] = {}
        self.read: dict[tuple[str, str], tuple[int, datetime]] = {}
        self.told: list[tuple[datetime, int, Callable[[], None]]] = []

    def tell(self, conversations: Sequence[Conversation], outside: Sequence[Occurrence]) -> None:
        """First what other systems know, as one import; then the forum, the oldest first.

        What happened in the same minute comes in the order of the files.
        """
        self._import(outside)
        for conversation in conversations:
            self._plan(conversation)
        for at, _, happen in sorted(self.told, key=lambda event: event[:2]):
            del at
            happen()
        for (key, handle), (position, at) in self.read.items():
            reading.mark_read(self.topics[key], self.people[handle], position, at=at)
        for handle, at in self.last_act.items():
            accounts.begin_visit(self.people[handle], at)

    def _plan(self, talk: Conversation) -> None:
        chance = random.Random(f"{talk.key} {self.day.isoformat()}")  # noqa: S311  a story, no secret
        for number, line in enumerate(talk.lines, 1):
            at = self._moment(talk, line.at)
            self._at(at, lambda number=number, line=line, at=at: self._say(talk, number, line, at))
            for kind, handle in line.reactions:
                when = self._reaction_time(at, chance)
                react = (talk, number, handle, ReactionKind(kind), when)
                self._at(when, lambda react=react: self._react(*react))
            if line.cut:
                self._at(self._moment(talk, line.cut.at), lambda n=number, cut=line.cut: self._cut(talk, n, cut))
        if talk.answer and talk.answered:
            when = self._moment(talk, talk.answered)
            self._at(when, lambda: self._accept(talk, when))

    def _at(self, at: datetime, happen: Callable[[], None]) -> None:
        self.told.append((at, len(self.told), happen))

    # --- what happens

    def _say(self, talk: Conversation, number: int, line: SamplePost, at: datetime) -> None:
        author = self.people[line.author]
        if number == 1:
            category = self.categories[talk.category]
            post = forums.open_topic(category, author, talk.title, line.body, kind=TopicKind(talk.kind), at=at)
            self.topics[talk.key] = db.session.get_one(Topic, post.topic_id)
        else:
            post = forums.post_reply(self.topics[talk.key], author, line.body, at=at)
        set_committed_value(post, "author", author)  # those who answer and react ask for it
        self.posts[talk.key, number] = post
        self._note(talk, line.author, at)

    def _react(self, talk: Conversation, number: int, handle: str, kind: ReactionKind, at: datetime) -> None:
        answers.react(self.posts[talk.key, number], self.topics[talk.key], self.people[handle], kind, at=at)
        self._note(talk, handle, at)

    def _accept(self, talk: Conversation, at: datetime) -> None:
        assert talk.answer is not None  # noqa: S101  planned only where there is one
        asker = self.people[talk.lines[0].author]
        answers.accept_answer(self.topics[talk.key], self.posts[talk.key, talk.answer], asker, at=at)

    def _cut(self, talk: Conversation, number: int, cut: Cut) -> None:
        post, at = self.posts[talk.key, number], self._moment(talk, cut.at)
        removal = moderation.remove(post, self.people[cut.by], RemovalReason(cut.reason), cut.note)
        post.hidden_at = removal.removed_at = at

    def _import(self, outside: Sequence[Occurrence]) -> None:
        acts = [
            OutsideAct(each.kind, self.people[each.handle], each.at, (each.subject_kind, each.subject_id), each.key)
            for each in outside
        ]
        record_outside(acts, SOURCE)

    def _note(self, talk: Conversation, handle: str, at: datetime) -> None:
        """The person was here, and has read the topic as far as it went then."""
        self.last_act[handle] = at
        self.read[talk.key, handle] = (self.topics[talk.key].last_position, at)

    # --- when

    def _moment(self, talk: Conversation, moment: Moment) -> datetime:
        day = workday_before(self.day, talk.opened - moment.day)
        return datetime.combine(day, moment.time, self.zone)

    def _reaction_time(self, posted: datetime, chance: random.Random) -> datetime:
        """Some time after the post, by day; in any case before the day of loading begins."""
        at = posted + timedelta(minutes=1 + chance.expovariate(1 / MEAN_DELAY_MINUTES))
        minute = chance.randrange(60)
        if not FIRST_HOUR <= at.hour < LAST_HOUR or not is_workday(at.date()):
            at = _next_morning(at).replace(minute=minute)
        if at.date() >= self.day:
            at = posted + timedelta(minutes=minute)
        return at.replace(second=0, microsecond=0)


def _next_morning(at: datetime) -> datetime:
    """A reader comes back on the next working day, on the way to work or after it began."""
    morning = at if at.hour < FIRST_HOUR else at + timedelta(days=1)
    while not is_workday(morning.date()):
        morning += timedelta(days=1)
    return morning.replace(hour=FIRST_HOUR + 1)
