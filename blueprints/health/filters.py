"""Reads the parameters of the list of accounts; values that cannot be read count as missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import url_for

from community.health.groups import MatrixGroup
from community.health.listing import AccountFilter, AccountRow, Sort
from community.text.ascii import fold_ascii
from models.accounts import Segment, Stage

Choice = TypeVar("Choice", bound=StrEnum)

RENEWAL_DAYS = (30, 60, 90, 180)
"""Days until the renewal to choose from: from a monthly meeting to a half-yearly budget."""

KEPT = ("csm", "segment", "stage", "industry", "renewal", "group", "alert", "sort", "order", "view")
"""Parameters that every link of the page keeps; not the page number, since another list starts at page 1."""


class Alarm(StrEnum):
    """Which alerted accounts are listed."""

    ANY = "any"
    FALLING = "falling"
    SILENT = "silent"


@dataclass(frozen=True)
class AccountListParams:
    """The parameters of the list, parsed."""

    chosen: AccountFilter
    group: MatrixGroup | None
    alert: Alarm | None
    sort: Sort
    descending: bool
    as_table: bool
    page: int
    given: Mapping[str, str]

    def link(self, endpoint: str = "health.list_accounts", **changes: str | int | None) -> str:
        """Return the address of the list with some parameters changed; None removes one."""
        wanted = {**self.given, **changes}
        return url_for(endpoint, **{name: value for name, value in wanted.items() if value not in (None, "")})

    def includes(self, row: AccountRow, group: MatrixGroup) -> bool:
        """Return whether a row of this group is listed."""
        is_called = row.score is not None and group is not MatrixGroup.ENDED
        falling, silent = (row.score.falling, row.score.silent) if is_called and row.score else (False, False)
        ringing = {None: True, Alarm.ANY: falling or silent, Alarm.FALLING: falling, Alarm.SILENT: silent}
        return (self.group is None or self.group is group) and ringing[self.alert]


def parse_params(args: Mapping[str, str]) -> AccountListParams:
    """Return the parameters of an address."""
    chosen = AccountFilter(
        segment=_parse_choice(Segment, args.get("segment")),
        stage=_parse_choice(Stage, args.get("stage")),
        csm_id=_parse_number(args.get("csm")),
        industry=args.get("industry", ""),
        renews_within=_parse_number(args.get("renewal")),
    )
    return AccountListParams(
        chosen=chosen,
        group=_parse_choice(MatrixGroup, args.get("group")),
        alert=_parse_choice(Alarm, args.get("alert")),
        sort=_parse_choice(Sort, args.get("sort")) or Sort.NAME,
        descending=args.get("order") == "desc",
        as_table=args.get("view") == "table",
        page=max(_parse_number(args.get("page")) or 1, 1),
        given={name: args[name] for name in KEPT if args.get(name)},
    )


def _parse_choice(choices: type[Choice], value: str | None) -> Choice | None:
    return choices(value) if value in set(choices) else None


def _parse_number(value: str | None) -> int | None:
    """Return a number of at most nine digits, else None: larger ones name nothing here and do not fit the column."""
    value = fold_ascii(value or "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None  # noqa: PLR2004 -- said above
