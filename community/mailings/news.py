"""What a mail tells of, and to whom: everything that has to be known to decide and to write."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from community.forums.reader import Reader
from models.accounts import Member
from models.forums import Post, Topic
from models.mail import Delivery, MailNotice
from models.notifications import NotificationKind


@dataclass(frozen=True)
class Recipient:
    """A person as the mail room sees them. `mailed_today`: mails that could wait, in the person's own day."""

    member: Member
    reader: Reader
    choices: Mapping[NotificationKind, Delivery]
    zone: ZoneInfo
    at_any_hour: bool
    is_bouncing: bool
    mailed_today: int


@dataclass(frozen=True)
class News:
    """One act, as it stands now, for one person. `who`: who did it; empty: somebody who has left."""

    notice: MailNotice
    counts: bool  # it was not withdrawn, settled or not
    is_read: bool
    topic: Topic | None
    post: Post | None
    who: str

    def is_own(self) -> bool:
        """The topic is the person's."""
        return self.topic is not None and self.topic.author_id == self.notice.member_id
