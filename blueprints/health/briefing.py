"""The first page of customer success: whom to call and why, who has left, which companies rise."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from blueprints.access import signed_in_member, staff_only
from blueprints.health import figures, reasons, words
from blueprints.health.bp import bp
from blueprints.health.sparks import Spark, spark
from community.accounts import queries as people
from community.accounts import rules
from community.accounts.names import list_names
from community.health import briefing, listing
from community.health.alarms import Alarm
from community.health.briefing import Contact, Leaver, Rise
from community.health.calls import Call, list_calls
from community.health.listing import AccountFilter, AccountRow
from community.health.situations import today
from models.accounts import Member

CALLS_SHOWN = 3
"""A person makes about three such calls a day; the others are folded."""

SPAN = 180
"""Days of the small lines: as long as the page names people who left."""


@dataclass(frozen=True)
class CallView:
    """A call with whom to ask for, and the line of the half-year with the day on which it began."""

    call: Call
    contact: Contact | None
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
    rows = [row for row in everything if not rules.is_past(row.account.contract_ended_on, day)]
    own = _list_own(rows, member)
    shows_all = bool(request.args.get("all")) or not own
    rows = rows if shows_all else own
    calls = list_calls(rows)
    leavers, rises = briefing.list_leavers(rows, day), briefing.list_rises(rows, day)
    lines = briefing.scores_since(
        [*(call.row.account.id for call in calls), *(rise.row.account.id for rise in rises)], day - timedelta(days=SPAN)
    )
    contacts = briefing.find_contacts([call.row.account.id for call in calls], day)
    views = [_view(call, contacts, lines) for call in calls]
    return render_template(
        "health/briefing.html",
        date=format_date(day, "full"),
        calls=views[:CALLS_SHOWN],
        folded=views[CALLS_SHOWN:],
        count=len(calls),
        leavers=leavers,
        companies=_destinations(leavers),
        names=list_names({leaver.member_id for leaver in leavers}),
        rises=[RiseView(rise, spark(lines[rise.row.account.id], SPAN, size=(84, 36))) for rise in rises],
        bands=Counter(row.band for row in rows),
        companies_shown=len(rows),
        shows_all=shows_all,
        has_own=bool(own),
        words=words,
        reasons=reasons,
        figures=figures,
        today=day,
    )


def _list_own(rows: list[AccountRow], member: Member) -> list[AccountRow]:
    """Return the companies that the member looks after."""
    theirs = {row.account.id for row in listing.list_accounts(AccountFilter(csm_id=member.id), today())}
    return [row for row in rows if row.account.id in theirs]


def _view(call: Call, contacts: dict[int, Contact], lines: dict[int, list[tuple[date, float]]]) -> CallView:
    account_id = call.row.account.id
    return CallView(call, contacts.get(account_id), spark(lines[account_id], SPAN, mark=_beginning(call)))


def _beginning(call: Call) -> date | None:
    """Return the day on which the alarm began, as far as it has one."""
    score = call.row.score
    if score is None:
        return None
    return {Alarm.LEFT: score.left_since, Alarm.EMPTY: score.empty_since}.get(call.alarm)


def _destinations(leavers: list[Leaver]) -> dict[int, str]:
    went = {leaver.departure.account_id for leaver in leavers}
    known = people.list_accounts_by_id({account_id for account_id in went if account_id is not None})
    return {account_id: account.name for account_id, account in known.items()}
