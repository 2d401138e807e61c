"""What every page knows: language, time zone, theme, names of the community, versioned addresses of static files."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, current_app, has_request_context, request, url_for
from flask_babel.speaklater import LazyString
from flask_login import current_user

from community.config import ROOT, Config

LOCALES = {"ja": "日本語", "en": "English"}
THEMES = ("auto", "light", "dark")
# A file's address changes with its content, so browsers may keep it.
STATIC_MAX_AGE = 31_536_000


def prepare(app: Flask, config: Config) -> None:
    """Give templates their globals."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_MAX_AGE if config.environment == "production" else None
    app.jinja_env.globals.update(LOCALES=LOCALES, static_url=static_url)
    app.jinja_env.finalize = _spoken
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_facts)


def _spoken(value: object) -> object:
    """A lazy sentence calls itself safe HTML, whatever was put into it. Spoken first, it is escaped like any other."""
    return str(value) if isinstance(value, LazyString) else value


def locale() -> str:
    """The member's language, else the visitor's choice, else what the browser asks for, else the community's."""
    if current_user and current_user.is_authenticated and current_user.locale in LOCALES:
        return current_user.locale
    config: Config = current_app.config["TSUDOI"]
    if not has_request_context():  # a job or a command speaks to nobody in particular
        return config.default_locale
    chosen = request.cookies.get("locale", "")
    if chosen in LOCALES:
        return chosen
    return request.accept_languages.best_match(LOCALES) or config.default_locale


def time_zone() -> str | None:
    """The member's time zone; None: the community's."""
    if not (current_user and current_user.is_authenticated):
        return None
    try:
        return ZoneInfo(current_user.time_zone).key
    except (ZoneInfoNotFoundError, ValueError):
        return None


def static_url(filename: str) -> str:
    """The address of a file below static/, with a version that follows its content."""
    path = ROOT / "static" / filename
    return url_for("static", filename=filename, v=_version(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=512)
def _version(path: Path, changed: int) -> str:
    del changed  # part of the key, so that an edited file gets a new version without a restart
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _facts() -> dict[str, object]:
    config: Config = current_app.config["TSUDOI"]
    theme = request.cookies.get("theme", "")
    return {
        "community_name": config.community_name,
        "product_name": config.product_name,
        "vendor_name": config.vendor_name,
        "locale": locale(),
        "theme": theme if theme in THEMES else "auto",
        "member": current_user if current_user.is_authenticated else None,
        "now": datetime.now(UTC),
    }
