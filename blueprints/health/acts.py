"""The acts behind a figure: every part of the score links here."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import staff_only
from blueprints.health import figures, words
from blueprints.health.bp import bp
from blueprints.health.things import things_of
from community.accounts import queries as people
from community.accounts import rules
from community.accounts.names import list_names
from community.health import acts as listing
from community.health.account_history import load_account_history
from community.health.acts import ListedAct
from community.health.acts_behind_change import list_acts_behind_change
from community.health.explanation import Part
from community.health.labels import KIND_LABELS, kind_label
from community.health.situations import today
from models.accounts import AccountKind
from models.ledger import SignalKind

ACTS_A_PAGE = 100
DIGITS = 2
"""Digits of an act's points in the list."""

FARTHEST = 3660
"""Ten years: earlier days are no question about a score."""

WITHDRAWN = "withdrawn"
KEPT = ("kind", "member", "day", "since", "as_of", "part", "state")
"""Parameters that the links between the pages of a long list keep."""


@dataclass(frozen=True)
class Question:
    """Which acts are listed, and which of their points: all on a day, or what a part of a change added."""

    kind: str | None
    member_id: int | None
    day: date | None
    since: int | None
    as_of: date | None
    part: Part | None
    state: str

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Self:
        """Return the question in an address; values that cannot be read count as missing."""
        member, days = args.get("member", ""), _parse_days(args.get("since", ""))
        # A part of a change is asked for with the days of the change; without them all acts are.
        part = Part(args["part"]) if days and args.get("part") in set(Part) else None
        return cls(
            kind=args["kind"] if args.get("kind") in set(SignalKind) else None,
            member_id=int(member) if _is_number(member) else None,
            day=_parse_day(args.get("day")),
            since=days,
            as_of=_parse_day(args.get("as_of")),
            part=part,
            state=WITHDRAWN if args.get("state") == WITHDRAWN else "",
        )


def _parse_days(text: str) -> int | None:
    """Return a number of days from 1 to FARTHEST; None for others and for what is no number."""
    return min(int(text), FARTHEST) or None if _is_number(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004 -- what fits every integer column


def _parse_day(text: str | None) -> date | None:
    """Return the day if there can be acts on it: not in the future, nor before the beginning of records."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and timedelta(0) <= today() - day <= timedelta(days=FARTHEST) else None


@bp.get("/accounts/<int:account_id>/acts")
@staff_only(rules.can_see_scores)
def list_acts(account_id: int) -> ResponseReturnValue:
    """List the acts of a customer with their points, which add up to the figure that was clicked."""
    account = people.get_account(account_id)
    if account is None or account.kind != AccountKind.CUSTOMER:
        abort(404)
    asked = Question.of(request.args)
    found = _find_acts(account_id, asked)
    page = max(request.args.get("page", 1, type=int), 1)
    weighty, weightless = _part_weightless(found)
    listed = [*weighty, *weightless][(page - 1) * ACTS_A_PAGE : page * ACTS_A_PAGE]
    shown = listed[: max(len(weighty) - (page - 1) * ACTS_A_PAGE, 0)]
    everybody = list_names({act.ledger_act.member_id for act in found})
    return render_template(
        "health/acts.html",
        account=account,
        asked=asked,
        question=_in_words(asked),
        found=found,
        shown=shown,
        folded=listed[len(shown) :],
        weightless=weightless,
        weightless_page=len(weighty) // ACTS_A_PAGE + 1,
        total=math.fsum(act.points for act in found),
        page=page,
        last_page=max(-(-len(found) // ACTS_A_PAGE), 1),
        names=everybody,
        things=things_of([act.ledger_act for act in listed]),
        kinds=[("", _("すべて")), *((kind.value, str(label)) for kind, label in KIND_LABELS.items())],
        people=[("", _("すべて")), *((m.id, m.display_name) for m in everybody.values() if not m.erased_at)],
        kind_label=kind_label,
        words=words,
        figures=figures,
        digits=DIGITS,
        given={name: request.args[name] for name in KEPT if request.args.get(name) and (name != "part" or asked.part)},
    )


def _find_acts(account_id: int, asked: Question) -> Sequence[ListedAct]:
    """Return the acts that the question is about, newest first."""
    day = asked.as_of or today()
    since = day - timedelta(days=asked.since) if asked.since is not None else None
    if asked.part and since:
        days = (day - since).days
        account_history = load_account_history(account_id, day, days)
        last = account_history.last_told_day(day)
        score_change = account_history.explain_change(last - timedelta(days=days), last)
        found = list_acts_behind_change(
            account_history, score_change, asked.part, kind=asked.kind, member_id=asked.member_id
        )
    else:
        account_history = load_account_history(account_id, day)
        reading = account_history.explain(account_history.last_told_day(day))
        if reading is None:
            return []
        first = asked.day or (since + timedelta(days=1) if since else None)
        found = listing.list_acts(
            account_history, reading, kind=asked.kind, member_id=asked.member_id, since=first, until=asked.day
        )
    return [act for act in found if asked.state != WITHDRAWN or not act.counts]


def _part_weightless(found: Sequence[ListedAct]) -> tuple[Sequence[ListedAct], Sequence[ListedAct]]:
    """Return the acts to list, and those that count but are shown with no points, to fold below them.

    Withdrawn acts are listed: that they were withdrawn is worth knowing. If all would be folded, nothing is.
    """
    weightless = [act for act in found if act.counts and not round(act.points, DIGITS)]
    if len(weightless) == len(found):
        return found, ()
    folded = {act.ledger_act.id for act in weightless}
    return [act for act in found if act.ledger_act.id not in folded], weightless


def _in_words(asked: Question) -> str:
    """Return a heading that says what is listed."""
    if asked.part:
        return _("%(part)sで動いた行動", part=str(words.PARTS[asked.part]))
    if asked.state == WITHDRAWN:
        return _("取り消された行動")
    return _("%(kind)sの一覧", kind=kind_label(asked.kind)) if asked.kind else _("行動の一覧")
