"""Instants and spans as people say them, in the reader's language and time zone."""

from datetime import datetime, timedelta

from flask_babel import format_datetime, to_user_timezone
from flask_babel import gettext as _

from models.base import now

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK_DAYS = 7
# From here on a span is told in days only.
LONG_SPAN = timedelta(days=2)


def when(at: datetime) -> str:
    """「14:28」 today, 「きのう 14:28」, 「11月17日 14:28」, 「2025年11月17日」."""
    here, today = to_user_timezone(at), to_user_timezone(now())
    time = format_datetime(at, _("H:mm"))
    days = (today.date() - here.date()).days
    if days == 0:
        return time
    if days == 1:
        return _("きのう %(time)s", time=time)
    if here.year == today.year:
        return format_datetime(at, _("M月d日 H:mm"))
    return format_datetime(at, _("y年M月d日"))


def age(at: datetime) -> str:
    """「3分前」, 「2時間前」, 「きのう」, 「4日前」, then the date."""
    passed = now() - at
    if passed < MINUTE:
        return _("たったいま")
    if passed < HOUR:
        return _("%(n)d分前", n=passed // MINUTE)
    days = (to_user_timezone(now()).date() - to_user_timezone(at).date()).days
    if days == 0 or passed < 6 * HOUR:
        return _("%(n)d時間前", n=passed // HOUR)
    if days == 1:
        return _("きのう")
    if days < WEEK_DAYS:
        return _("%(n)d日前", n=days)
    same_year = to_user_timezone(at).year == to_user_timezone(now()).year
    return format_datetime(at, _("M月d日") if same_year else _("y年M月d日"))


def span(length: timedelta) -> str:
    """「21分」, 「2時間14分」, 「3日」."""
    if length < MINUTE:
        return _("1分以内")
    if length < HOUR:
        return _("%(n)d分", n=length // MINUTE)
    if length < LONG_SPAN:
        minutes = (length % HOUR) // MINUTE
        if not minutes:
            return _("%(n)d時間", n=length // HOUR)
        return _("%(n)d時間%(m)d分", n=length // HOUR, m=minutes)
    return _("%(n)d日", n=length // DAY)
