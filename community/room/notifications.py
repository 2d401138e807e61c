"""Kinds of notifications that a room has: whom an act notifies, as what, in which words, and how mail brings them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from flask_babel.speaklater import LazyString

from models.ledger import SignalKind
from models.mail import Delivery

# As the columns hold it.
KIND_LENGTH = 16


class Act(NamedTuple):
    """What notifications need of a Signal that is an act; the names are its columns'."""

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
        """What was done: the post."""
        return self.subject_kind, self.subject_id

    @property
    def place(self) -> tuple[str, int]:
        """What one watches to hear of the act: the post's topic; an act without a parent is its own place."""
        if self.parent_kind is not None and self.parent_id is not None:
            return self.parent_kind, self.parent_id
        return self.subject


# Takes the act, who watched its place when it was recorded, and who is named in its subject; returns member ids.
Recipients: TypeAlias = Callable[[Act, Collection[int], Collection[int]], Iterable[int]]


def _whose_act_it_is(act: Act) -> int:
    return act.member_id


@dataclass(frozen=True)
class SignalSource:
    """Acts of the ledger that notify people.

    `actor` returns who did it, where that is not whose act it is in the ledger; nobody is notified of their own doing.
    `names_people`: the subjects of these acts can name people.
    """

    signals: frozenset[SignalKind]
    recipients: Recipients
    actor: Callable[[Act], int] = _whose_act_it_is
    names_people: bool = False


@dataclass(frozen=True)
class Summary:
    """Notifications of one kind about one thing. `who` did the last; `is_own`: the thing is the reader's."""

    count: int
    who: str
    is_own: bool


class Greeting(NamedTuple):
    """What the first page says of unread notifications: 「返信が2件」 「届きました。」; the first is what matters."""

    strong: str
    after: str


@dataclass(frozen=True)
class NotificationKind:
    """One reason to notify people.

    `name` is its key in rows, in the form of the mail settings and in the way out of a mail; `label` stands on the
    page of the mail settings; `icon` names one of static/img/icons.svg; `delivery` is what is suggested.
    `sentence` says what happened to one thing.
    `letter` names the templates of a mail at once: templates/mail/<letter>.{subject.txt,txt,html}.
    `source`: the acts that notify; None: the room calls `notify` in its own actions.
    `greeting` takes how many are unread; None: general words.
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
        """Raise ValueError where the columns have no room for the name."""
        if len(self.name) > KIND_LENGTH:
            msg = f"{self.name}: a kind's name has at most {KIND_LENGTH} characters"
            raise ValueError(msg)
