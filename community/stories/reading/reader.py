"""The person who reads stories: under which uses, on which day, and the version of what may be shown."""

from dataclasses import dataclass
from datetime import date

from community.accounts.labels import SIZE_BANDS
from community.stories.consent.consents import GUEST_READING
from community.stories.publishing.guest_scopes import get_version
from community.stories.rules import reading_uses
from models.accounts import Member
from models.base import today
from models.stories import ConsentUse


@dataclass(frozen=True)
class Company:
    """What a reader's company is like, as far as is known. `size`: the number of a band (`band_of`)."""

    trade: str = ""
    size: int | None = None
    problems: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self.trade or self.problems) or self.size is not None


@dataclass(frozen=True)
class Reader:
    """Somebody who reads. `member` None: a guest. `version`: read before anything that is shown."""

    member: Member | None
    uses: tuple[ConsentUse, ...]
    day: date
    version: str

    @property
    def is_guest(self) -> bool:
        """Whether only stories for everybody are shown: to guests, and to prospects."""
        return self.uses == GUEST_READING

    @property
    def company(self) -> Company:
        """What the reader's company is like, for finding stories that are near."""
        account = self.member.account if self.member is not None else None
        return Company(account.industry, band_of(account.employees)) if account is not None else Company()


def get_reader(member: Member | None) -> Reader:
    """Return the reader. One query."""
    return Reader(member, reading_uses(member), today(), get_version())


def band_of(employees: int | None) -> int | None:
    """Return the number of the band of sizes, 0 for the smallest; None if the number is unknown."""
    return sum(bound <= employees for bound in SIZE_BANDS) if employees is not None else None
