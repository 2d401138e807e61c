"""The page of one customer: its score, why it changed, who acts."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import staff_only
from blueprints.health import figures, reasons, words
from blueprints.health.account_alarms import find_leaving_days, reason_on_page
from blueprints.health.bp import bp
from blueprints.health.history import SPANS
from blueprints.health.note_views import view_notes
from blueprints.health.report import DELTAS, AccountReport, report_of
from community.accounts import queries as people
from community.accounts import rules
from community.health import queries
from community.health.account_history import load_account_history
from community.health.alarms import FALL_DAYS, Alarm
from community.health.labels import kind_label
from community.health.queries import AccountWithScore
from community.health.sentences import explain_in_words, family_names
from community.health.situations import today
from community.prefectures import prefecture_name
from models.accounts import Account, AccountKind, AccountPhase

SINCE = (1, 7, 30, 90)
"""How many days back the change is explained."""

USUAL_SINCE = 30
"""What moved since yesterday says little: most companies lose a tenth of a point to time."""


@bp.get("/accounts/<int:account_id>")
@staff_only(rules.can_see_scores)
def show_account(account_id: int) -> ResponseReturnValue:
    """Show the account's page; 404 for accounts that are no customers and so have no score."""
    day = today()
    found = queries.get_account_with_score(account_id, day) or abort(404)
    account = found.account
    since = _chosen("since", SINCE, USUAL_SINCE)
    span = _chosen("span", SPANS, SPANS[1])
    if account.kind != AccountKind.CUSTOMER:
        phase = people.phase_on(account_id, day)
        return render_template(
            "health/account.html", **_values_of_company(found, phase, day), is_customer=False, alarms={}
        )
    account_history = load_account_history(account_id, day, max(since, span, *DELTAS))
    # Of a company that everybody has left, the page tells what was when the last of them was there.
    last = account_history.last_told_day(day)
    since_day = last - timedelta(days=since)
    score_change = account_history.explain_change(since_day, last)
    report = report_of(account_history, score_change.after, score_change, span) if score_change.after else None
    alarms = () if rules.is_over(account, day) else found.alarms
    return render_template(
        "health/account.html",
        **_values_of_company(found, account_history.customers.phase_on(account_id, day), day),
        is_customer=True,
        score_change=score_change,
        stored=found.score,
        alarms={alarm: _reason_of(found, alarm, report, since) for alarm in alarms},
        reasons=reasons,
        notes=view_notes(account_id) if found.has_notes else (),
        companies=_destinations(report) if report else {},
        report=report,
        sentence=explain_in_words(
            score_change.why,
            family_names(report.names) if report else {},
            {person.member_id: person.points for person in report.persons} if report else {},
        ),
        since=since,
        since_day=since_day,
        spans=SPANS,
        span=span,
        choices=SINCE,
    )


@bp.get("/accounts/<int:account_id>/updates")
@staff_only(rules.can_see_scores)
def show_updates(account_id: int) -> ResponseReturnValue:
    """Answer the newest version of the figures, for pages without a socket."""
    score = queries.get_score(account_id) or abort(404)
    return jsonify(version=score.version)


def _reason_of(found: AccountWithScore, alarm: Alarm, report: AccountReport | None, since: int) -> str:
    """Return why an alarm rings; `since` is how many days the sentence below it explains."""
    assert found.score is not None  # noqa: S101  what rings is stored
    if report is None:
        return reasons.reason_of(found.score, alarm)
    days = find_leaving_days(report.persons)
    return reason_on_page(found.score, alarm, report.own_acts, days, report.names, is_explained=since == FALL_DAYS)


def _destinations(report: AccountReport) -> dict[int, str]:
    """Return the names of the companies to which people have moved."""
    moved = {person.departure.account_id for person in report.persons if person.departure}
    return people.list_account_names({account_id for account_id in moved if account_id is not None})


def _chosen(name: str, choices: Collection[int], usual: int) -> int:
    value = request.args.get(name, usual, type=int)
    return value if value in choices else usual


def _values_of_company(found: AccountWithScore, phase: AccountPhase | None, day: date) -> dict[str, Any]:
    """Return the template's values about the company itself."""
    account = found.account
    csm = people.get_member(account.csm_id) if account.csm_id else None
    return {
        "account": account,
        "facts": list(filter(None, _account_facts(account, phase))),
        "csm": csm,
        "is_over": rules.is_over(account, day),
        "family": _list_group(found),
        "renewal": words.days_left(account.renews_on, day),
        "today": day,
        "words": words,
        "figures": figures,
        "kind_label": kind_label,
    }


def _list_group(found: AccountWithScore) -> list[tuple[str, Account, float | None]]:
    """Return parent and subsidiaries with the behavior of each; a group of companies has no score of its own."""
    account = found.account
    parent = people.get_account(account.parent_id) if account.parent_id else None
    related = [(_("親会社"), parent)] if parent else []
    if found.is_parent:
        related += [(_("子会社"), each) for each in people.list_subsidiaries(account.id)]
    behaviors = queries.behaviors_of([each.id for _name, each in related]) if related else {}
    return [(name, each, behaviors.get(each.id)) for name, each in related]


def _account_facts(account: Account, phase: AccountPhase | None) -> list[str]:
    employees = _("%(n)s名", n=f"{account.employees:,}") if account.employees else ""
    licences = _("%(n)sライセンス", n=account.licences) if account.licences else ""
    return [
        "・".join(filter(None, [account.industry, employees])),
        prefecture_name(account.prefecture),
        words.segment_name(phase.segment if phase else None),
        words.stage_name(phase.stage if phase else None),
        " ".join(filter(None, [account.plan, licences])),
    ]
