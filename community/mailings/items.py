"""Types: the recipient of a mail and an item in it, with all that is needed to decide on it and to render it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from community.accounts.names import MemberName, author_label
from community.room import Key, NotificationKind, Thing
from community.things import SharedThings
from models.accounts import Member
from models.mail import Delivery, NotificationMail


@dataclass(frozen=True)
class Recipient:
    """A member who may be mailed. `mailed_today`: mails that could wait, within the current day of their time zone."""

    member: Member
    choices: Mapping[str, Delivery]  # by the kind's name
    zone: ZoneInfo
    at_any_hour: bool
    is_bouncing: bool
    mailed_today: int


@dataclass(frozen=True)
class MailItem:
    """One notification of one member, in its present state.

    `kind`: None if no room has it. `counts`: its act or notice was not withdrawn, sequenced or not. `place` has the
    title, `subject` the text and the address: a topic and its post; for a notice both are its thing. `actor`: None if
    there is none. `event` is equal for all whom the same act or notice notifies.
    """

    notification_mail: NotificationMail
    event: str
    kind: NotificationKind | None
    counts: bool
    is_read: bool
    expires_at: datetime | None
    place: Key
    subject: Key
    actor: MemberName | None
    things: SharedThings

    def describe_place(self) -> Thing | None:
        """Return the thing that the mail is about, described in the current language; None if it no longer exists."""
        return self.things.get(self.place)

    def describe_subject(self) -> Thing | None:
        """Return the thing that the mail quotes and links to; None if it no longer exists."""
        return self.things.get(self.subject)

    def name_actor(self) -> str:
        """Return what the mail calls who did it, in the language of the moment; "" where nobody in particular did."""
        return author_label(None, self.actor) if self.actor else ""

    def is_own(self) -> bool:
        """Return whether the recipient is the author of the thing that the mail is about."""
        place = self.describe_place()
        return place is not None and place.author_id == self.notification_mail.member_id

    def is_hidden(self) -> bool:
        """Return whether a thing is hidden, gone, or out of the recipient's sight; even authors get no mail of it."""
        described = (self.describe_place(), self.describe_subject())
        if any(thing is None or thing.is_hidden for thing in described):
            return True
        return not all(
            self.things.is_seen_by(self.notification_mail.member_id, key) for key in (self.place, self.subject)
        )
