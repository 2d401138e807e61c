"""Why a company's alarms ring, with the names and days that its own page knows and lists do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from blueprints.health import reasons
from blueprints.health.breakdown import PersonRow
from blueprints.health.departures import tell_who_left
from community.accounts.names import MemberName
from community.health.alarms import FALL_DAYS, FALL_POINTS, Alarm
from community.health.labels import KIND_LABELS, kind_label
from community.health.listing import Scored
from community.health.presence import LEAST_HELD
from community.health.rules import Points
from community.health.silence import BEGUN_BY_OTHERS
from models.health import AccountScore
from models.ledger import SignalKind


@dataclass(frozen=True)
class OwnActs:
    """When somebody last began something, what that was, and which kinds begun by others there were after it."""

    day: date
    kind: str
    others_since: Sequence[str]


def find_own_acts(points: Points, day: date) -> OwnActs | None:
    """Return the last own act (rule 13) up to a day; None if there never was one."""
    last: dict[str, int] = {}
    for (_member, kind), worth in points.items():
        known = [on for _, days in worth for on in days if on <= day.toordinal()]
        if known:
            last[kind] = max(*known, last.get(kind, 0))
    ranked = [kind for kind in KIND_LABELS if kind in last]  # the kind with the most weight first
    own = max((kind for kind in ranked if kind not in BEGUN_BY_OTHERS), key=lambda kind: last[kind], default=None)
    if own is None:
        return None
    # who registered and did not come has not reacted
    others = [kind for kind in ranked if kind in BEGUN_BY_OTHERS and kind != SignalKind.REGISTERED_NOT_COME]
    return OwnActs(date.fromordinal(last[own]), own, [kind for kind in others if last[kind] > last[own]])


def find_leaving_days(persons: Sequence[PersonRow]) -> dict[int, date | None]:
    """Return when each of those who left and hold LEAST_HELD left the family, too, who holds most first."""
    held = [(person, person.departure) for person in persons if person.exact >= LEAST_HELD]
    return {person.member_id: departure.left_family_on for person, departure in held if departure}


def reason_on_page(
    score: Scored | AccountScore,
    alarm: Alarm,
    own: OwnActs | None,
    leaving_days: Mapping[int, date | None],
    names: Mapping[int, MemberName],
    *,
    is_explained: bool,
) -> str:
    """Return the sentence that says why an alarm rings, for the company's page.

    `is_explained`: the sentence below it explains the days of the alarm, with the same two figures.
    """
    reason = reasons.reason_of(score, alarm)
    if alarm is Alarm.SILENT and own:
        return _tell_silence(score, own)
    if alarm is Alarm.LEFT:
        left = tell_who_left(leaving_days, names, score.left_unnoted_since or score.left_since)
        return _("%(left)s%(reason)s", left=left, reason=reason)
    if alarm is Alarm.FELL and is_explained:
        return _(
            "%(days)s日で%(points)s点以上下がると知らせます。何が減ったかは、下にあります。",
            days=FALL_DAYS,
            points=f"{FALL_POINTS:.0f}",
        )
    return reason


def _tell_silence(score: Scored | AccountScore, own: OwnActs) -> str:
    day = format_date(own.day, _("M月d日"))  # outside: Babel does not find a plural around another sentence
    said = ngettext(
        "自分から始めた行動が%(num)s営業日ありません（最後は%(day)sの%(act)s）。",
        "自分から始めた行動が%(num)s営業日ありません（最後は%(day)sの%(act)s）。",
        score.silent_days or 0,
        day=day,
        act=kind_label(own.kind),
    )
    compared = reasons.compare_silence(score.longest_pause or 0)
    told = _("%(silence)s%(compared)s", silence=said, compared=compared)
    if not own.others_since:
        return told
    acts = _("、").join(kind_label(kind) for kind in own.others_since)
    others = _("そのあとは、%(acts)sがあります。", acts=acts)
    return _("%(silence)s%(compared)s", silence=told, compared=others)
