"""Instants and spans as people say them, in the reader's language and time zone."""

from datetime import datetime, timedelta

from babel import Locale
from babel.dates import parse_pattern
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _

from blueprints.page_cache import expires_at
from models.base import now

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK_DAYS = 7
# From here on a span is told in days only.
LONG_SPAN = timedelta(days=2)


class Clock:
    """Tells instants as seen from one moment: a page tells dozens, and looks at the clock once."""

    def __init__(self) -> None:
        self.zone, self.locale = get_timezone(), get_locale()
        self.today = now().astimezone(self.zone)
        self.time, self.this_year, self.long_ago = _("H:mm"), _("M月d日 H:mm"), _("y年M月d日")
        _until_midnight(self.today)

    def when(self, at: datetime) -> str:
        """「14:28」 today, 「きのう 14:28」, 「11月17日 14:28」, 「2025年11月17日」."""
        here = at.astimezone(self.zone)
        days = (self.today.date() - here.date()).days
        if days == 0:
            return _written(here, self.time, self.locale)
        if days == 1:
            return _("きのう %(time)s", time=_written(here, self.time, self.locale))
        return _written(here, self.this_year if here.year == self.today.year else self.long_ago, self.locale)


def when(at: datetime) -> str:
    """One instant, as `Clock` tells it."""
    return Clock().when(at)


def date_and_time(at: datetime) -> str:
    """「11月29日 14:05」, also today; with the year where it is another one."""
    here, today = _here(at), _here(now())
    return _written(here, _("M月d日 H:mm") if here.year == today.year else _("y年M月d日 H:mm"), get_locale())


def age(at: datetime) -> str:
    """「3分前」, 「2時間前」, 「きのう」, 「4日前」, then the date."""
    passed = now() - at
    expires_at(at + (passed // MINUTE + 1) * MINUTE if passed < HOUR else at + (passed // HOUR + 1) * HOUR)
    if passed < MINUTE:
        return _("たったいま")
    if passed < HOUR:
        return _("%(n)d分前", n=passed // MINUTE)
    here, today = _here(at), _here(now())
    days = (today.date() - here.date()).days
    _until_midnight(today)
    if days == 0 or passed < 6 * HOUR:
        return _("%(n)d時間前", n=passed // HOUR)
    if days == 1:
        return _("きのう")
    if days < WEEK_DAYS:
        return _("%(n)d日前", n=days)
    return _written(here, _("M月d日") if here.year == today.year else _("y年M月d日"), get_locale())


def _until_midnight(today: datetime) -> None:
    """What is said of days holds until the reader's next one begins."""
    since = timedelta(hours=today.hour, minutes=today.minute, seconds=today.second, microseconds=today.microsecond)
    expires_at(today + DAY - since)


def _here(at: datetime) -> datetime:
    """In the reader's time zone."""
    return at.astimezone(get_timezone())


def _written(here: datetime, pattern: str, locale: Locale | None) -> str:
    """In the reader's language; the instant is in their time zone already."""
    return parse_pattern(pattern).apply(here, locale)


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
