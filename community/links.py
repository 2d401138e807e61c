"""Absolute addresses for what leaves the site: mails now, calendars and webhooks later. Each resolves to a route."""

from urllib.parse import quote

from flask import current_app

from community.config import Config
from community.room import Thing


def _absolute(path: str) -> str:
    config: Config = current_app.config["TSUDOI"]
    return str(config.public_url).rstrip("/") + path


def home() -> str:
    return _absolute("/")


def sign_in() -> str:
    return _absolute("/sign-in")


def forgot_password() -> str:
    return _absolute("/password/forgot")


def sign_ins() -> str:
    """Where one sees one's devices, and signs out there."""
    return _absolute("/me/sessions")


def second_factor() -> str:
    """Where one sees whether a code is asked for, and changes it."""
    return _absolute("/me/two-step")


def confirm_email(token: str) -> str:
    """The page behind the link in a new mailbox."""
    return _absolute(f"/email/confirm/{quote(token, safe='')}")


def stop_email(token: str) -> str:
    """The page behind the link in the old mailbox."""
    return _absolute(f"/email/stop/{quote(token, safe='')}")


def reset_password(token: str) -> str:
    """The page behind a mailed password-reset link."""
    return _absolute(f"/password/reset/{quote(token, safe='')}")


def invitation(token: str) -> str:
    """The page behind a mailed invitation."""
    return _absolute(f"/invitations/{quote(token, safe='')}")


def company_link(token: str) -> str:
    """The page behind a company's link, as it is handed around."""
    return _absolute(f"/join/links/{quote(token, safe='')}")


def join_confirmation(token: str) -> str:
    """The page behind the mail that proves a newcomer's address."""
    return _absolute(f"/join/confirm/{quote(token, safe='')}")


def profile(handle: str) -> str:
    return _absolute(f"/people/{quote(handle, safe='')}")


def thing(described: Thing) -> str:
    """Return the address of the thing's page."""
    return _absolute(described.address)


def stop_mails(token: str) -> str:
    """The way out of one kind of mail: a page whose button acts, and what mail programs post to."""
    return _absolute(f"/mails/stop/{quote(token, safe='')}")


def mail_settings() -> str:
    return _absolute("/me/mails")


def notifications() -> str:
    return _absolute("/notifications")
