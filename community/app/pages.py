"""What every page knows: language, time zone, theme, names of the community; how icons and addresses are made."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, current_app, has_request_context, request
from flask_login import current_user
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context

from community import graphemes
from community.config import Config
from models.accounts import Member

from . import sentences
from .cached_urls import cached_url
from .fixed_parts import draw_fixed, tighten
from .icons import draw_icon
from .static_urls import static_url

LOCALES = {"ja": "日本語", "en": "English"}
THEMES = ("auto", "light", "dark")
# A file's address changes with its content, so browsers may keep it.
STATIC_MAX_AGE = 31_536_000


class QuickTemplate(Template):
    """Jinja's template class without the check of globals at each import.

    Jinja compares the names of all globals at each import, sixteen per page, because a template may be given some of
    its own. Ours never are: `environment.globals` has them all.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        del ctx
        return super()._get_default_module()


def prepare(app: Flask, config: Config) -> None:
    """Give templates their globals and filters."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_MAX_AGE if config.environment == "production" else None
    app.jinja_env.globals.update(
        LOCALES=LOCALES, cached_url=cached_url, draw_fixed=draw_fixed, draw_icon=draw_icon, static_url=static_url
    )
    app.jinja_env.filters["first_sign"] = graphemes.first
    app.jinja_env.filters["tight"] = tighten
    app.jinja_env.template_class = QuickTemplate
    sentences.prepare(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_facts)


def _signed_in() -> Member | None:
    """Return the member, or None: itself, since Flask-Login's proxy would look it up at every mention."""
    visitor: Any = current_user._get_current_object()  # noqa: SLF001  werkzeug's documented way to the object
    return visitor if visitor is not None and visitor.is_authenticated else None


def locale() -> str:
    """Return the member's language, else the visitor's choice, else the browser's, else the community's."""
    member = _signed_in()
    if member is not None and member.locale in LOCALES:
        return member.locale
    config: Config = current_app.config["TSUDOI"]
    if not has_request_context():  # a task or a command has no viewer
        return config.default_locale
    chosen = request.cookies.get("locale", "")
    if chosen in LOCALES:
        return chosen
    return request.accept_languages.best_match(LOCALES) or config.default_locale


def time_zone() -> str | None:
    """Return the member's time zone; None for the community's."""
    member = _signed_in()
    if member is None:
        return None
    try:
        return ZoneInfo(member.time_zone).key
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _facts() -> dict[str, object]:
    config: Config = current_app.config["TSUDOI"]
    theme = request.cookies.get("theme", "")
    return {
        "community_name": config.community_name,
        "product_name": config.product_name,
        "vendor_name": config.vendor_name,
        "locale": locale(),
        "theme": theme if theme in THEMES else "auto",
        "member": _signed_in(),
        "now": datetime.now(UTC),
    }
