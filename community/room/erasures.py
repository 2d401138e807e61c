"""How columns that hold a person's words, name or id are treated when the person is erased."""

from dataclasses import dataclass
from enum import StrEnum


class Treatment(StrEnum):
    """What is done with a column of the person's rows."""

    BLANK = "blank"  # emptied, or replaced by a neutral word; the row stays
    DELETE = "delete"  # the row is deleted
    REPLACE = "replace"  # replaced by somebody else's id
    CHOICE = "choice"  # the person decides: kept under a neutral name, or blanked
    KEEP = "keep"  # stays: an id that says nothing once `member` is blanked, or evidence needed later
    EXPIRES = "expires"  # a regular sweep deletes the row before long


@dataclass(frozen=True)
class Erasure:
    """How columns of one table are treated. `reason`: why, if it is not obvious."""

    table: str
    columns: tuple[str, ...]
    treatment: Treatment
    reason: str = ""
