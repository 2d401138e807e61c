"""Kinds of notifications of a room: whom an act notifies, in which words, and how they are mailed."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from flask_babel.speaklater import LazyString

from models.ledger import SignalKind
from models.mail import Delivery

# Length of the columns.
KIND_LENGTH = 16


class Act(NamedTuple):
    """The columns of an act (a Signal) that notifications need, under their names."""

    id: int
    kind: str
    member_id: int
    by_id: int | None
    subject_kind: str
    subject_id: int
    parent_kind: str | None
    parent_id: int | None
    occurred_at: datetime
    recorded_at: datetime
    moved_from_id: int | None

    @property
    def subject(self) -> tuple[str, int]:
        """The key of what the act is about: the post."""
        return self.subject_kind, self.subject_id

    @property
    def place(self) -> tuple[str, int]:
        """The key of what members watch: the parent (the post's topic), or the subject if there is no parent."""
        if self.parent_kind is not None and self.parent_id is not None:
            return self.parent_kind, self.parent_id
        return self.subject


# Takes the act, the ids of those who watched its place when it was recorded, and of those whom its subject mentions;
# returns the ids of those to be notified.
Recipients: TypeAlias = Callable[[Act, Collection[int], Collection[int]], Iterable[int]]


def _member_of(act: Act) -> int:
    return act.member_id


@dataclass(frozen=True)
class SignalSource:
    """Acts of the ledger that notify people.

    `actor` returns the id of who acted, for acts that the ledger credits to somebody else, as it credits a reaction to
    the post's author. Nobody is notified of their own act. `names_people`: the subjects of these acts can mention
    members.
    """

    signals: frozenset[SignalKind]
    recipients: Recipients
    actor: Callable[[Act], int] = _member_of
    names_people: bool = False


@dataclass(frozen=True)
class Summary:
    """Notifications of one kind about one thing. `who`: the latest actor; `is_own`: the recipient is the author."""

    count: int
    who: str
    is_own: bool


class Greeting(NamedTuple):
    """What the first page says of unread notifications: 「返信が2件」 「届きました。」; the first is emphasised."""

    strong: str
    after: str


@dataclass(frozen=True)
class NotificationKind:
    """One reason to notify people.

    `name` is its key in rows, in the form of the mail settings and in unsubscribe links; `label` stands on the page of
    the mail settings; `icon` names one of static/icons.svg; `delivery` is the default.
    `sentence` returns what happened to one thing.
    `letter` names the templates of a mail sent at once: templates/mail/<letter>.{subject.txt,txt,html}.
    `source`: the acts that notify; None: the room calls `notify` in its own actions.
    `greeting` takes the number of unread ones; None: general words.
    """

    name: str
    label: LazyString
    icon: str
    delivery: Delivery
    sentence: Callable[[Summary], str]
    letter: str
    source: SignalSource | None = None
    greeting: Callable[[int], Greeting] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError if the name is too long for the columns."""
        if len(self.name) > KIND_LENGTH:
            msg = f"{self.name}: a kind's name has at most {KIND_LENGTH} characters"
            raise ValueError(msg)
