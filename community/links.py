"""Absolute addresses for what leaves the site: mails now, calendars and webhooks later. Each resolves to a route."""

from urllib.parse import quote

from flask import current_app

from community.config import Config
from community.room import Thing


def _absolute(path: str) -> str:
    config: Config = current_app.config["TSUDOI"]
    return str(config.public_url).rstrip("/") + path


def home() -> str:
    """Return the address of the first page."""
    return _absolute("/")


def sign_in() -> str:
    """Return the address of the sign-in page."""
    return _absolute("/sign-in")


def forgot_password() -> str:
    """Return the address of the page that sends a link for a new password."""
    return _absolute("/password/forgot")


def sign_ins() -> str:
    """Return the address of the page on which a member sees the browsers that are signed in, and signs them out."""
    return _absolute("/me/sessions")


def second_factor() -> str:
    """Return the address of the page on which a member turns the second factor on or off."""
    return _absolute("/me/two-step")


def confirm_email(token: str) -> str:
    """Return the address that is mailed to a member's new mailbox: its page makes that mailbox the member's."""
    return _absolute(f"/email/confirm/{quote(token, safe='')}")


def stop_email(token: str) -> str:
    """Return the address that is mailed to a member's old mailbox: its page stops the change to the new one."""
    return _absolute(f"/email/stop/{quote(token, safe='')}")


def reset_password(token: str) -> str:
    """Return the address of the page that sets a new password."""
    return _absolute(f"/password/reset/{quote(token, safe='')}")


def invitation(token: str) -> str:
    """Return the address of the page on which an invitation is accepted."""
    return _absolute(f"/invitations/{quote(token, safe='')}")


def company_link(token: str) -> str:
    """Return the address of a company's join link, which its people hand on to each other."""
    return _absolute(f"/join/links/{quote(token, safe='')}")


def join_confirmation(token: str) -> str:
    """Return the address that is mailed to somebody who asks to join: opening its page proves the mailbox."""
    return _absolute(f"/join/confirm/{quote(token, safe='')}")


def profile(handle: str) -> str:
    """Return the address of a member's page."""
    return _absolute(f"/people/{quote(handle, safe='')}")


def thing(described: Thing) -> str:
    """Return the address of the thing's page."""
    return _absolute(described.address)


def page(path: str) -> str:
    """Return the address of a page of a room that is no thing's; the room knows its path."""
    return _absolute(path)


def stop_mails(token: str) -> str:
    """Return the address that stops one kind of mail: a page with a button, and the target of mail programs' POST."""
    return _absolute(f"/mails/stop/{quote(token, safe='')}")


def mail_settings() -> str:
    """Return the address of the page on which a member chooses their mails."""
    return _absolute("/me/mails")


def notifications() -> str:
    """Return the address of the member's notifications."""
    return _absolute("/notifications")
