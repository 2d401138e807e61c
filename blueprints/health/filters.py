"""Reads the parameters of the list of accounts; values that cannot be read count as missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import url_for

from community.health.alarms import Alarm
from community.health.groups import MatrixGroup
from community.health.listing import AccountFilter, AccountRow, Sort
from community.health.rules import Band
from community.text.ascii import fold_ascii
from models.accounts import Segment, Stage

Choice = TypeVar("Choice", bound=StrEnum)

RENEWAL_DAYS = (30, 60, 90, 180)
"""Days until the renewal to choose from: from a monthly meeting to a half-yearly budget."""

FARTHEST = 3660
"""Ten years."""

ANY = "any"
"""Instead of one alarm: all companies for which anything rings."""


@dataclass(frozen=True)
class AccountListParams:
    """The parameters of the list, parsed."""

    chosen: AccountFilter
    group: MatrixGroup | None
    alert: Alarm | None
    """The alarm that is asked for; None with `any_alert`: whatever rings."""
    any_alert: bool
    sort: Sort
    descending: bool
    as_table: bool
    page: int
    given: Mapping[str, str]
    """What every link of the page keeps; not the page number, since another list starts at page 1."""

    def link(self, endpoint: str = "health.list_accounts", **changes: str | int | None) -> str:
        """Return the address of the list with some parameters changed; None removes one."""
        wanted = {**self.given, **changes}
        return url_for(endpoint, **{name: value for name, value in wanted.items() if value not in (None, "")})

    def includes(self, row: AccountRow, group: MatrixGroup) -> bool:
        """Return whether a row of this group is listed."""
        rings = () if group is MatrixGroup.ENDED else row.alarms
        is_asked = self.alert in rings if self.alert else bool(rings) or not self.any_alert
        return (self.group is None or self.group is group) and is_asked

    @property
    def is_filtered(self) -> bool:
        """Whether only some of the companies are looked at."""
        return self.chosen != AccountFilter()

    @property
    def has_alert(self) -> bool:
        """Whether companies with alarms are asked for."""
        return self.any_alert or self.alert is not None


def parse_params(args: Mapping[str, str]) -> AccountListParams:
    """Return the parameters of an address; links keep those that were understood."""
    chosen = AccountFilter(
        segment=_parse_choice(Segment, args.get("segment")),
        stage=_parse_choice(Stage, args.get("stage")),
        csm_id=_parse_number(args.get("csm")),
        industry=args.get("industry", "").replace("\x00", ""),
        band=_parse_choice(Band, args.get("band")),
        renews_within=_parse_days(args.get("renewal")),
    )
    group, alert = _parse_choice(MatrixGroup, args.get("group")), _parse_choice(Alarm, args.get("alert"))
    any_alert, sort = args.get("alert") == ANY, _parse_choice(Sort, args.get("sort"))
    descending, as_table = args.get("order") == "desc", args.get("view") == "table"
    understood = {
        "csm": chosen.csm_id,
        "segment": chosen.segment,
        "stage": chosen.stage,
        "band": chosen.band,
        "industry": chosen.industry or None,
        "renewal": chosen.renews_within,
        "group": group,
        "alert": ANY if any_alert else alert,
        "sort": sort,
        "order": "desc" if descending else None,
        "view": "table" if as_table else None,
    }
    return AccountListParams(
        chosen=chosen,
        group=group,
        alert=alert,
        any_alert=any_alert,
        sort=sort or Sort.NAME,
        descending=descending,
        as_table=as_table,
        page=max(_parse_number(args.get("page")) or 1, 1),
        given={name: str(value) for name, value in understood.items() if value is not None},
    )


def _parse_choice(choices: type[Choice], value: str | None) -> Choice | None:
    return choices(value) if value in set(choices) else None


def _parse_days(value: str | None) -> int | None:
    """Return a number of days of at most FARTHEST, else None: a day so far off is no question, and may be no date."""
    days = _parse_number(value)
    return days if days is None or days <= FARTHEST else None


def _parse_number(value: str | None) -> int | None:
    """Return a number of at most nine digits, else None: larger ones name nothing here and do not fit the column."""
    value = fold_ascii(value or "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None  # noqa: PLR2004 -- said above
