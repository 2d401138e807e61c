"""Writes the forum's part of the sample community: the actions that real people's requests call, in order of time.

So the ledger, the notifications and the read marks are as if everybody had been there.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm.attributes import set_committed_value

from community.accounts import actions as accounts
from community.forums import actions as forums
from community.forums import answers, categories, reading
from community.moderation import actions as moderation
from community.room import SampleCommunity
from community.sample_calendar import is_workday, workday_before
from models.accounts import Account, Member
from models.base import db
from models.forums import Category, Post, ReactionKind, Topic, TopicKind
from models.moderation import RemovalReason

from .conversations import (
    Conversation,
    Moment,
    SampleCategory,
    SamplePost,
    SampleRemoval,
    read_categories,
    read_conversations,
)

# Sets up the categories.
ADMINISTRATOR = "miwa"

# With this mean, half of the reactions come within four hours; at night there are none.
MEAN_DELAY_MINUTES = 350
FIRST_HOUR, LAST_HOUR = 7, 22


def write_sample(community: SampleCommunity) -> str:
    """Create the sample's categories and conversations. Return how many there are, for the operator."""
    conversations = read_conversations()
    by_key = _create_categories(read_categories(), community.accounts, community.people[ADMINISTRATOR])
    _History(community, by_key).write(conversations)
    posts = sum(len(conversation.posts) for conversation in conversations)
    return f"{len(conversations)} topics with {posts} posts"


def _create_categories(
    sample: Sequence[SampleCategory], accounts: Mapping[str, Account], by: Member
) -> dict[str, Category]:
    created: dict[str, Category] = {}
    for category in sample:
        created[category.key] = categories.create_category(
            by,
            {
                "slug": category.key,
                "parent_id": created[category.parent].id if category.parent else None,
                "name": category.name,
                "name_en": category.name_en,
                "description": category.description,
                "readers": category.readers,
                "posters": category.posters,
                "segments": ",".join(category.segments),
                "stages": ",".join(category.stages),
                "account_id": accounts[category.company].id if category.company else None,
            },
        )
    return created


class _History:
    """What happened in the forum before the day of loading."""

    def __init__(self, community: SampleCommunity, categories_by_key: Mapping[str, Category]) -> None:
        self.day = community.day
        self.zone = community.zone
        self.people = community.people
        self.categories = categories_by_key
        self.topics: dict[str, Topic] = {}  # strong references, or the session would load them again each time
        self.posts: dict[tuple[str, int], Post] = {}
        self.last_act: dict[str, datetime] = {}
        self.read: dict[tuple[str, str], tuple[int, datetime]] = {}
        self.events: list[tuple[datetime, int, Callable[[], None]]] = []

    def write(self, conversations: Sequence[Conversation]) -> None:
        """Write all conversations in order of time; within the same minute, in the order of the files."""
        for conversation in conversations:
            self._plan(conversation)
        for _at, _number, write_event in sorted(self.events, key=lambda event: event[:2]):
            write_event()
        for (key, handle), (position, at) in self.read.items():
            reading.mark_read(self.topics[key], self.people[handle], position, at=at)
        for handle, at in self.last_act.items():
            accounts.begin_visit(self.people[handle], at)

    def _plan(self, talk: Conversation) -> None:
        chance = random.Random(f"{talk.key} {self.day.isoformat()}")  # noqa: S311  sample data, no secret
        for number, line in enumerate(talk.posts, 1):
            at = self._moment(talk, line.at)
            self._plan_event(at, lambda number=number, line=line, at=at: self._post(talk, number, line, at))
            for kind, handle in line.reactions:
                when = self._reaction_time(at, chance)
                react = (talk, number, handle, ReactionKind(kind), when)
                self._plan_event(when, lambda react=react: self._react(*react))
            if line.removal:
                when = self._moment(talk, line.removal.at)
                self._plan_event(when, lambda n=number, removal=line.removal: self._remove(talk, n, removal))
        if talk.answer and talk.answered:
            when = self._moment(talk, talk.answered)
            self._plan_event(when, lambda: self._accept(talk, when))

    def _plan_event(self, at: datetime, write_event: Callable[[], None]) -> None:
        self.events.append((at, len(self.events), write_event))

    # --- events

    def _post(self, talk: Conversation, number: int, line: SamplePost, at: datetime) -> None:
        author = self.people[line.author]
        if number == 1:
            category = self.categories[talk.category]
            post = forums.open_topic(category, author, talk.title, line.body, kind=TopicKind(talk.kind), at=at)
            self.topics[talk.key] = db.session.get_one(Topic, post.topic_id)
        else:
            post = forums.post_reply(self.topics[talk.key], author, line.body, at=at)
        set_committed_value(post, "author", author)  # answers and reactions ask for the author
        self.posts[talk.key, number] = post
        self._note_visit(talk, line.author, at)

    def _react(self, talk: Conversation, number: int, handle: str, kind: ReactionKind, at: datetime) -> None:
        answers.react(self.posts[talk.key, number], self.topics[talk.key], self.people[handle], kind, at=at)
        self._note_visit(talk, handle, at)

    def _accept(self, talk: Conversation, at: datetime) -> None:
        assert talk.answer is not None  # noqa: S101  planned only where there is one
        asker = self.people[talk.posts[0].author]
        answers.accept_answer(self.topics[talk.key], self.posts[talk.key, talk.answer], asker, at=at)

    def _remove(self, talk: Conversation, number: int, sample: SampleRemoval) -> None:
        post, at = self.posts[talk.key, number], self._moment(talk, sample.at)
        removal = moderation.remove(post, self.people[sample.by], RemovalReason(sample.reason), sample.note)
        post.hidden_at = removal.removed_at = at

    def _note_visit(self, talk: Conversation, handle: str, at: datetime) -> None:
        """Note that the person was here and has read the topic as far as it went then."""
        self.last_act[handle] = at
        self.read[talk.key, handle] = (self.topics[talk.key].last_position, at)

    # --- times

    def _moment(self, talk: Conversation, moment: Moment) -> datetime:
        day = workday_before(self.day, talk.opened - moment.day)
        return datetime.combine(day, moment.time, self.zone)

    def _reaction_time(self, posted: datetime, chance: random.Random) -> datetime:
        """Return a time in the daytime after the post, and before the day of loading begins."""
        at = posted + timedelta(minutes=1 + chance.expovariate(1 / MEAN_DELAY_MINUTES))
        minute = chance.randrange(60)
        if not FIRST_HOUR <= at.hour < LAST_HOUR or not is_workday(at.date()):
            at = _next_morning(at).replace(minute=minute)
        if at.date() >= self.day:
            at = posted + timedelta(minutes=minute)
        return at.replace(second=0, microsecond=0)


def _next_morning(at: datetime) -> datetime:
    """Return eight o'clock in the morning of the next working day, which may be the same day."""
    morning = at if at.hour < FIRST_HOUR else at + timedelta(days=1)
    while not is_workday(morning.date()):
        morning += timedelta(days=1)
    return morning.replace(hour=FIRST_HOUR + 1)
