"""Instants and spans in words, in the viewer's language and time zone."""

from datetime import datetime, timedelta

from babel import Locale
from babel.dates import parse_pattern
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _

from blueprints.page_cache import expire_page_at
from models.base import now

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK_DAYS = 7
# From this length on, a span is given in days only.
LONG_SPAN = timedelta(days=2)


class Clock:
    """Formats instants relative to one moment, for pages with dozens of them."""

    def __init__(self) -> None:
        self.zone, self.locale = get_timezone(), get_locale()
        self.today = now().astimezone(self.zone)
        self.time, self.this_year, self.long_ago = _("H:mm"), _("M月d日 H:mm"), _("y年M月d日")
        _until_midnight(self.today)

    def when(self, at: datetime) -> str:
        """Return 「14:28」 for today, else 「きのう 14:28」, 「11月17日 14:28」 or 「2025年11月17日」."""
        here = at.astimezone(self.zone)
        days = (self.today.date() - here.date()).days
        if days == 0:
            return _format_in_locale(here, self.time, self.locale)
        if days == 1:
            return _("きのう %(time)s", time=_format_in_locale(here, self.time, self.locale))
        return _format_in_locale(here, self.this_year if here.year == self.today.year else self.long_ago, self.locale)


def when(at: datetime) -> str:
    """Return one instant as `Clock.when` formats it."""
    return Clock().when(at)


def date_and_time(at: datetime) -> str:
    """Return 「11月29日 14:05」, for today too; with the year if it is another one."""
    here, today = _localise(at), _localise(now())
    return _format_in_locale(here, _("M月d日 H:mm") if here.year == today.year else _("y年M月d日 H:mm"), get_locale())


def age(at: datetime) -> str:
    """Return 「3分前」, 「2時間前」, 「きのう」, 「4日前」, then the date."""
    passed = now() - at
    expire_page_at(at + (passed // MINUTE + 1) * MINUTE if passed < HOUR else at + (passed // HOUR + 1) * HOUR)
    if passed < MINUTE:
        return _("たったいま")
    if passed < HOUR:
        return _("%(n)d分前", n=passed // MINUTE)
    here, today = _localise(at), _localise(now())
    days = (today.date() - here.date()).days
    _until_midnight(today)
    if days == 0 or passed < 6 * HOUR:
        return _("%(n)d時間前", n=passed // HOUR)
    if days == 1:
        return _("きのう")
    if days < WEEK_DAYS:
        return _("%(n)d日前", n=days)
    return _format_in_locale(here, _("M月d日") if here.year == today.year else _("y年M月d日"), get_locale())


def _until_midnight(today: datetime) -> None:
    """Let the page expire when the viewer's next day begins, since it names days."""
    since = timedelta(hours=today.hour, minutes=today.minute, seconds=today.second, microseconds=today.microsecond)
    expire_page_at(today + DAY - since)


def _localise(at: datetime) -> datetime:
    """Return the instant in the viewer's time zone."""
    return at.astimezone(get_timezone())


def _format_in_locale(here: datetime, pattern: str, locale: Locale | None) -> str:
    """Return the instant, which is in the viewer's time zone already, formatted in the viewer's language."""
    return parse_pattern(pattern).apply(here, locale)


def span(length: timedelta) -> str:
    """Return a span as 「21分」, 「2時間14分」 or 「3日」."""
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
