"""What a mail tells of, and to whom: everything that has to be known to decide and to write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from community.accounts.member_names import Named
from community.accounts.naming import author_label
from community.room import Key, NotificationKind, Thing
from community.things import SharedThings
from models.accounts import Member
from models.mail import Delivery, NotificationMail


@dataclass(frozen=True)
class Recipient:
    """A person as mails see them. `mailed_today`: mails that could wait, in the person's own day."""

    member: Member
    choices: Mapping[str, Delivery]  # by the kind's name
    zone: ZoneInfo
    at_any_hour: bool
    is_bouncing: bool
    mailed_today: int


@dataclass(frozen=True)
class MailItem:
    """One notification of one person, as it stands now.

    `kind`: None where no room has it. `counts`: its act or notice was not withdrawn, sequenced or not. `place` has the
    title, `subject` the words and the address: a topic and its post; of a notice both are its thing. `actor` did it;
    None: nobody in particular. `event` is the same for all whom one thing notifies.
    """

    mail: NotificationMail
    event: str
    kind: NotificationKind | None
    counts: bool
    is_read: bool
    expires_at: datetime | None
    place: Key
    subject: Key
    actor: Named | None
    things: SharedThings

    def describe_place(self) -> Thing | None:
        """Return what the mail is about, described in the language of the moment; None: it is no more."""
        return self.things.get(self.place)

    def describe_subject(self) -> Thing | None:
        """Return what the mail quotes and leads to; None: it is no more."""
        return self.things.get(self.subject)

    def name_actor(self) -> str:
        """Return what the mail calls who did it, in the language of the moment; "" where nobody in particular did."""
        return author_label(None, self.actor) if self.actor else ""

    def is_own(self) -> bool:
        """Return whether what it is about is the person's own."""
        place = self.describe_place()
        return place is not None and place.author_id == self.mail.member_id

    def is_hidden(self) -> bool:
        """Return whether it may not be mailed: what is hidden goes to nobody, for a mail stays."""
        described = (self.describe_place(), self.describe_subject())
        if any(thing is None or thing.is_hidden for thing in described):
            return True
        return not all(self.things.is_seen_by(self.mail.member_id, key) for key in (self.place, self.subject))
