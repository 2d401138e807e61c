"""What becomes of the places that hold a person's words, name or number when the person is erased."""

from dataclasses import dataclass
from enum import StrEnum


class Treatment(StrEnum):
    """What is done with a column."""

    BLANK = "blank"  # emptied, or a neutral word put there; the row stays
    DELETE = "delete"  # the row goes
    HAND_OVER = "hand_over"  # somebody else takes the person's place
    CHOICE = "choice"  # the person decides: kept under a neutral name, or blanked
    KEEP = "keep"  # stays: an opaque number that says nothing once `member` is blanked, or what must be proven later
    EXPIRES = "expires"  # a sweep that is there anyway deletes the row before long


@dataclass(frozen=True)
class Erasure:
    """How columns of one table are treated. `reason`: why, where it is not plain."""

    table: str
    columns: tuple[str, ...]
    treatment: Treatment
    reason: str = ""
