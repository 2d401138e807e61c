"""What a room does about its own rows when a member changes company."""

from collections.abc import Callable
from datetime import date
from typing import Protocol, TypeAlias

from models.accounts import Member


class Transfer(Protocol):
    """A member's change of company from a day on; the day may lie in the past or in the future."""

    @property
    def member(self) -> Member:
        """The member who changes company."""
        ...

    @property
    def from_day(self) -> date:
        """The first day at the new company."""
        ...

    def company_on(self, day: date) -> int | None:
        """Return the id of the company to which the member belongs on that day after the transfer; None: to none."""
        ...


# Corrects a room's rows for a transfer, and locks them in the order of their ids. It is called twice: while the member
# can send nothing, but before the row of the member is locked, since others' transactions lock a thing first and
# then its author's row; and again when the memberships are written, for what was being sent meanwhile.
TransferFollower: TypeAlias = Callable[[Transfer], None]
