"""Explains in the current language who does less than before, what is not done any more, and whose acts fade."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from community.health.causes import NAMED_CAUSES, CauseKind, Why
from community.health.emphasis import clean, strong
from community.health.fading import Fading
from community.health.labels import kind_label
from community.health.losses import Decline, Loss
from community.health.tenths import TENTHS, tenths


def name_decline(why: Why, names: Mapping[int, str], shares: Mapping[int, int]) -> list[str]:
    """Return the sentences about who left, who does less than before, and what is not done any more.

    When the last act was is said where nothing was lost, or where nobody did anything that counts. `shares` are the
    points of members in tenths, as the page lists them.
    """
    fading, decline, losses = why.fading, why.decline, why.decline.losses[:NAMED_CAUSES]
    found = [_name_fading(fading, why, names, shares)] if fading else []
    if not losses:
        return [*found, _name_last_act(decline)]
    told_before = fading.member_id if fading else None
    said = {
        True: _name_stopped([loss for loss in losses if loss.member_id is None], decline),
        False: _name_lessened(
            [_name_loss(loss, decline, names, told_before) for loss in losses if loss.member_id is not None],
            decline.days,
        ),
    }
    largest_has_stopped = losses[0].member_id is None
    found += [sentence for sentence in (said[largest_has_stopped], said[not largest_has_stopped]) if sentence]
    is_idle = not any(cause.kind is CauseKind.ACTS for cause in why.ups)
    return [*found, _name_last_act(decline)] if is_idle else found


def _name_fading(fading: Fading, why: Why, names: Mapping[int, str], shares: Mapping[int, int]) -> str:
    """Return how much of the score is theirs who left. It may have grown as a share, so it is not called a loss."""
    points = f"{shares.get(fading.member_id, tenths(fading.points)) / TENTHS:.1f}"
    score = f"{why.after or 0.0:.1f}"
    name = clean(names.get(fading.member_id, ""))
    if not name:
        whose = strong(_("退会した人の分"))
        return _("%(score)sのうち%(points)sは、%(whose)sです。", score=score, points=points, whose=whose)
    day = _format_day(fading.left_on, why.decline.told_on or fading.left_on)
    whose = strong(_("%(name)sさんの分", name=name))
    return _(
        "%(score)sのうち%(points)sは、%(day)sに離れた%(whose)sです。", score=score, points=points, day=day, whose=whose
    )


def _name_last_act(decline: Decline) -> str:
    if decline.last_act is None or decline.told_on is None:
        return _("数えられる活動の記録はありません。")
    ago = (decline.told_on - decline.last_act).days
    day = _format_day(decline.last_act, decline.told_on)
    if not ago:
        return _("最後の活動は%(day)sです。", day=strong(day))
    return ngettext(
        "最後の活動は%(day)s（%(num)s日前）です。", "最後の活動は%(day)s（%(num)s日前）です。", ago, day=strong(day)
    )


def _name_stopped(losses: Sequence[Loss], decline: Decline) -> str:
    """Return the sentence about what nobody does any more, each kind with its last day.

    A kind that comes once a month has not ended because these days had none; so nothing is said of that.
    """
    if not losses or decline.told_on is None:
        return ""
    days = _name_days(decline, decline.told_on)
    acts = [strong(kind_label(loss.kind)) for loss in losses]
    last = [_format_day(loss.last_day, decline.told_on) for loss in losses if loss.last_day]
    if len(acts) == 1:
        return _("%(days)s、%(act)sはありません（最後は%(day)s）。", days=days, act=acts[0], day=last[0])
    return _(
        "%(days)s、%(first)s（最後は%(first_day)s）と%(second)s（最後は%(second_day)s）はありません。",
        days=days,
        first=acts[0],
        first_day=last[0],
        second=acts[1],
        second_day=last[1],
    )


def _name_days(decline: Decline, told_on: date) -> str:
    """Return the days compared, which are these days only where they end with the day of telling."""
    if decline.until is None or decline.until == told_on:
        return _("この%(n)s日", n=decline.days)
    return _("%(day)sまでの%(n)s日", day=_format_day(decline.until, told_on), n=decline.days)


def _name_lessened(losses: Sequence[str], days: int) -> str:
    named = [strong(loss) for loss in losses]
    if not named:
        return ""
    if len(named) == 1:
        return _("前の%(n)s日より減ったのは%(first)sです。", n=days, first=named[0])
    return _("前の%(n)s日より減ったのは%(first)s、%(second)sです。", n=days, first=named[0], second=named[1])


def _name_loss(loss: Loss, decline: Decline, names: Mapping[int, str], told_before: int | None) -> str:
    """Return a person's loss; when they left is said unless the sentence before it says so (`told_before`)."""
    said = {"act": kind_label(loss.kind), "before": loss.objects_before, "now": loss.objects_now}
    name = clean(names.get(loss.member_id or 0, ""))
    if not name:
        return _("退会した人の%(act)s %(before)s件→%(now)s件", **said)
    if loss.left_on and decline.told_on and loss.member_id != told_before:
        day = _format_day(loss.left_on, decline.told_on)
        return _("%(name)sさん（%(day)sに離れた）の%(act)s %(before)s件→%(now)s件", name=name, day=day, **said)
    return _("%(name)sさんの%(act)s %(before)s件→%(now)s件", name=name, **said)


def _format_day(day: date, now: date) -> str:
    """Return the day, with its year if that is not the present one."""
    return format_date(day, _("M月d日")) if day.year == now.year else format_date(day, "long")
