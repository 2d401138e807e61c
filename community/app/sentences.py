"""Translations in templates. A page has more than a hundred, so the lookup is short."""

from datetime import date
from functools import lru_cache

from flask import Flask
from flask_babel import format_date, get_locale
from flask_babel.speaklater import LazyString
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from community.extensions import babel


def prepare(app: Flask) -> None:
    """Give templates `_` and `gettext`, which work as Jinja's own: variables are escaped, the sentence is a format."""

    @pass_context
    def say(context: Context, sentence: str, **variables: object) -> str:
        said = babel.domain_instance.get_translations().gettext(sentence)
        if context.eval_ctx.autoescape:
            said = Markup(said)  # noqa: S704  ours, from a template or a catalogue
        return said % variables if variables or "%" in said else said

    app.jinja_env.globals.update({"_": say, "gettext": say})
    app.jinja_env.filters["dateformat"] = say_date
    app.jinja_env.finalize = _spoken


def say_date(day: date | None = None, pattern: str | None = None) -> str:
    """Return the date as Flask-Babel's `dateformat` does. Cached for dates, which read the same for all users."""
    if type(day) is date:
        return _known_day(day, pattern, str(get_locale()))
    return format_date(day, pattern)


@lru_cache(maxsize=4096)
def _known_day(day: date, pattern: str | None, locale: str) -> str:
    del locale  # part of the key; Flask-Babel uses the current locale
    return format_date(day, pattern)


def _spoken(value: object) -> object:
    """Return lazy strings as str, so that they are escaped: LazyString claims to be safe HTML, whatever is in it."""
    return str(value) if isinstance(value, LazyString) else value
