"""Why a company's alarms ring, with the names and days that its own page knows and lists do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from blueprints.health import reasons
from blueprints.health.breakdown import PersonRow
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


def list_core(persons: Sequence[PersonRow]) -> list[PersonRow]:
    """Return who left the company and its family, the one with most points first: with LEAST_HELD each, if any has."""
    left = [person for person in persons if person.departure and not person.departure.is_inside_family]
    return [person for person in left if person.exact >= LEAST_HELD] or left


def reason_on_page(
    score: Scored | AccountScore,
    alarm: Alarm,
    own: OwnActs | None,
    core: Sequence[PersonRow],
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
    if alarm is Alarm.LEFT and core:
        return _("%(left)s%(reason)s", left=_name_core(core, names), reason=reason)
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


def _name_core(core: Sequence[PersonRow], names: Mapping[int, MemberName]) -> str:
    """Return the sentence that names who left; of several, the one who holds most."""
    person, others = core[0], len(core) - 1
    known = names.get(person.member_id)
    assert person.departure is not None  # noqa: S101  list_core has nobody else
    day = format_date(person.departure.day, _("M月d日"))
    if known is None or known.erased_at:
        who = _("退会した人（%(day)sに異動）", day=day)
    else:
        who = _("%(name)sさん（%(day)sに異動）", name=known.family_name, day=day)
    if not others:
        return _("%(who)sが離れました。", who=who)
    return ngettext("%(who)sほか%(num)s人が離れました。", "%(who)sほか%(num)s人が離れました。", others, who=who)
