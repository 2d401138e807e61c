"""Why a company is to be called: one sentence for each alarm, from figures that its page shows as well."""

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from blueprints.health.figures import figure
from community.health.alarms import FALL_DAYS, Alarm
from community.health.listing import Scored
from community.health.presence import BandReason, People
from models.health import AccountScore

ALARMS: dict[Alarm, LazyString] = {
    Alarm.EMPTY: _l("メンバーがいなくなった"),
    Alarm.LEFT: _l("中心メンバーが離れた"),
    Alarm.SILENT: _l("自分からの行動が途絶えた"),
    Alarm.FELL: _l("急に下がった"),
}
BAND_REASONS: dict[BandReason, LazyString] = {
    BandReason.ONE_ACTIVE: _l("自分から動いた人が1人だけです（最近90日間）"),
    BandReason.NONE_ACTIVE: _l("自分から動いた人がいません（最近90日間）"),
    BandReason.NOBODY: _l("メンバーがいません"),
}


def reason_of(score: Scored | AccountScore, alarm: Alarm) -> str:
    """Return the sentence that says why this alarm rings, with the facts that anybody can check."""
    match alarm:
        case Alarm.EMPTY:
            assert score.empty_since is not None  # noqa: S101  that is why it rings
            return _("%(day)sから、メンバーがいません。", day=format_date(score.empty_since, _("M月d日")))
        case Alarm.LEFT if score.lost_share < score.leavers_share:  # others went to companies of the family
            return _(
                "点の%(share)sは、グループを離れた人の分です。その人たちを除くと%(present)sです。",
                share=f"{score.lost_share:.0%}",
                present=figure(score.behavior_without_lost),
            )
        case Alarm.LEFT:
            return _(
                "点の%(share)sは、もういない人の分です。いまのメンバーだけなら%(present)sです。",
                share=f"{score.leavers_share:.0%}",
                present=figure(score.behavior_of_present),
            )
        case Alarm.SILENT:
            return _silence(score.silent_days or 0, score.longest_pause or 0)
        case Alarm.FELL:
            return _(
                "%(days)s日で%(before)sから%(now)sに下がりました。",
                days=FALL_DAYS,
                before=figure(score.behavior_30),
                now=figure(score.behavior),
            )


def mark_of(score: Scored | AccountScore) -> str:
    """Return what stays to be said of people who left, when the alarm rings no more."""
    return _("点の%(share)sは、もういない人の分です。", share=f"{score.leavers_share:.0%}")


def _silence(days: int, longest: int) -> str:
    said = ngettext(
        "自分から始めた行動が%(num)s営業日ありません。", "自分から始めた行動が%(num)s営業日ありません。", days
    )
    return _("%(silence)s%(compared)s", silence=said, compared=compare_silence(longest))


def compare_silence(longest: int) -> str:
    """Return the sentence about the longest pause that was usual, in working days."""
    return ngettext(
        "この1年でいちばん長かった間は%(num)s営業日でした。",
        "この1年でいちばん長かった間は%(num)s営業日でした。",
        longest,
    )


def band_reason_of(people: People) -> str:
    """Return why the band is not the score's own; "" if it is."""
    return str(BAND_REASONS[people.band_reason]) if people.band_reason else ""
