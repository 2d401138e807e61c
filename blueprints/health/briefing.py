"""The first page of customer success: whom to call and why, who has left, which companies rise."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from blueprints.access import signed_in_member, staff_only
from blueprints.health import departures, figures, reasons, words
from blueprints.health.bp import bp
from blueprints.health.sparks import Spark, spark
from community.accounts import queries as people
from community.accounts import rules
from community.accounts.names import list_names
from community.health import briefing, listing
from community.health.alarms import Alarm
from community.health.briefing import Contact, Rise
from community.health.calls import Call, list_calls
from community.health.leavers import LeftCompany, list_left_companies
from community.health.listing import AccountFilter
from community.health.situations import today

Item = TypeVar("Item")

SHOWN = 3
"""A person makes about three such calls a day; the others are folded, and so are those who left and who rise."""

MOST_LISTED = 30
"""Of each list, folded ones with it: more are no work of one day, and stand in the table."""

SPAN = 180
"""Days of the small lines: as long as the page names people who left."""


@dataclass(frozen=True)
class Folded(Generic[Item]):
    """A list of which the first few are shown, the others folded, and what is beyond MOST_LISTED left to the table."""

    items: Sequence[Item]
    count: int

    @property
    def shown(self) -> Sequence[Item]:
        return self.items[:SHOWN]

    @property
    def folded(self) -> Sequence[Item]:
        return self.items[SHOWN:]

    @property
    def is_cut(self) -> bool:
        """Whether there are more than the page lists."""
        return self.count > len(self.items)


@dataclass(frozen=True)
class CallView:
    """A call with whom to ask for, who has left, and the line of the half-year with the day on which it began."""

    call: Call
    contact: Contact | None
    who_left: str
    line: Spark | None


@dataclass(frozen=True)
class RiseView:
    """A rising company with its line."""

    rise: Rise
    line: Spark | None


@bp.get("/staff/today")
@staff_only(rules.can_see_scores)
def show_briefing() -> ResponseReturnValue:
    """Show the day's work with one's own companies; with all of them if asked for, or if one has none."""
    member, day = signed_in_member(), today()
    everything = listing.list_accounts(AccountFilter(), day)
    own = [row for row in everything if row.account.csm_id == member.id]
    has_own = any(not rules.is_past(row.account.contract_ended_on, day) for row in own)
    shows_all = request.args.get("all") == "1" or not has_own
    chosen = everything if shows_all else own
    rows = [row for row in chosen if not rules.is_past(row.account.contract_ended_on, day)]
    calls, left, rises = list_calls(rows), list_left_companies(rows, day), briefing.list_rises(rows, day)
    names = list_names({leaver.member_id for company in left for leaver in company.leavers})
    listed = calls[:MOST_LISTED], rises[:MOST_LISTED]
    return render_template(
        "health/briefing.html",
        date=format_date(day, "full"),
        calls=Folded(_view_calls(listed[0], departures.in_words(left, names), day), len(calls)),
        left=Folded(left[:MOST_LISTED], len(left)),
        leavers=sum(len(company.leavers) for company in left),
        companies=_destinations(left),
        names=names,
        departures=departures,
        rises=Folded(_view_rises(listed[1], day), len(rises)),
        bands=Counter(row.band for row in rows),
        companies_shown=len(rows),
        ended=len(chosen) - len(rows),
        csm=None if shows_all else member.id,
        shows_all=shows_all,
        has_own=has_own,
        words=words,
        reasons=reasons,
        figures=figures,
        today=day,
    )


def _view_calls(calls: Sequence[Call], who_left: Mapping[int, str], day: date) -> list[CallView]:
    account_ids = [call.row.account.id for call in calls]
    contacts = briefing.find_contacts(account_ids, day)
    lines = briefing.scores_since(account_ids, day - timedelta(days=SPAN))
    return [
        CallView(
            call,
            contacts.get(call.row.account.id),
            who_left.get(call.row.account.id, ""),
            spark(lines[call.row.account.id], SPAN, mark=_beginning(call)),
        )
        for call in calls
    ]


def _view_rises(rises: Sequence[Rise], day: date) -> list[RiseView]:
    lines = briefing.scores_since([rise.row.account.id for rise in rises], day - timedelta(days=SPAN))
    return [RiseView(rise, spark(lines[rise.row.account.id], SPAN, size=(84, 36))) for rise in rises]


def _beginning(call: Call) -> date | None:
    """Return the day on which the alarm began, as far as it has one."""
    score = call.row.score
    if score is None:
        return None
    return {Alarm.LEFT: score.left_since, Alarm.EMPTY: score.empty_since}.get(call.alarm)


def _destinations(left: Sequence[LeftCompany]) -> dict[int, str]:
    """Return the names of the companies to which people went."""
    went = {leaver.departure.account_id for company in left for leaver in company.leavers}
    return people.list_account_names({account_id for account_id in went if account_id is not None})
