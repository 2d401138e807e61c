"""A person goes on at another company: what a room's own rows do about it."""

from collections.abc import Callable
from datetime import date
from typing import Protocol, TypeAlias

from models.accounts import Member


class Transfer(Protocol):
    """A person's change of company from a day on; the day may be over, or still to come."""

    @property
    def member(self) -> Member: ...

    @property
    def from_day(self) -> date: ...

    def company_on(self, day: date) -> int | None:
        """Return the id of the company that the person will have belonged to on that day; None: to none."""
        ...


# Corrects a room's rows for a transfer; it locks them in the order of their ids. Called twice: while the person can
# send nothing, but before others' acts have to wait for the person's row, since they lock the thing first and its
# author's row after it; and again when the memberships are written, for what was being sent meanwhile.
TransferFollower: TypeAlias = Callable[[Transfer], None]
