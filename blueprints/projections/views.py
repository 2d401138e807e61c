"""The page of the projections and its button."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, staff_only
from blueprints.times import date_and_time
from community.accounts import queries as people
from community.accounts.rules import is_staff
from community.health.labels import kind_label
from community.ledger.queries import count_pending
from community.projections import actions, queries
from community.projections.projectors import PROJECTORS
from models.accounts import Account, Member
from models.base import transaction
from models.ledger import Signal
from models.projections import StuckSignal

bp = Blueprint("projections", __name__, url_prefix="/staff/ledger")


@dataclass(frozen=True)
class StuckAct:
    """A stuck signal, and whose act is missing where, as a sentence."""

    stuck: StuckSignal
    signal: Signal
    sentence: str


@bp.get("/")
@staff_only(is_staff)
def show_projections() -> ResponseReturnValue:
    """Show how many acts each projection still has to take in, and the acts that are stuck."""
    return render_template(
        "projections/projections.html",
        projections=[
            {"label": projection_label(each.name), "behind": each.behind, "stuck": each.stuck}
            for each in queries.list_progress(tuple(p.name for p in PROJECTORS))
        ],
        stuck=_say_stuck(queries.list_stuck()),
        pending=count_pending(),
        date_and_time=date_and_time,
    )


def projection_label(name: str) -> str:
    """Return what staff call that which is computed by a projection; its name in the code if there is no word."""
    return {"health": _("行動力"), "notifications": _("お知らせ")}.get(name, name)


def _say_stuck(stuck: Sequence[tuple[StuckSignal, Signal]]) -> list[StuckAct]:
    """Return the stuck signals as sentences. Two queries, whatever their number."""
    members = people.list_members_by_id({signal.member_id for _stuck, signal in stuck})
    companies = people.list_accounts_by_id({signal.account_id for _stuck, signal in stuck if signal.account_id})
    return [
        StuckAct(row, signal, _say(row, signal, members[signal.member_id], companies.get(signal.account_id or 0)))
        for row, signal in stuck
    ]


def _say(stuck: StuckSignal, signal: Signal, member: Member, company: Account | None) -> str:
    name = _("退会した人") if member.erased_at else _("%(name)sさん", name=member.display_name)
    return _(
        "%(who)sの「%(kind)s」が、%(where)sに入っていません。",
        who=_("%(company)sの%(name)s", company=company.name, name=name) if company else name,
        kind=kind_label(signal.kind),
        where=projection_label(stuck.projection),
    )


@bp.post("/stuck/retry")
@staff_only(is_staff)
def hurry_stuck() -> ResponseReturnValue:
    """Try every stuck signal again now."""
    with transaction():
        actions.hurry_stuck(signed_in_member())
    flash(_("止まっている行動を、もう一度試しています。"))
    return redirect(url_for(".show_projections"))
