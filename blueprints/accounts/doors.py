"""Beginning and ending a session, and where one may be sent afterwards."""

from urllib.parse import urlsplit

from flask import current_app, request, session
from flask_login import login_user, logout_user

from blueprints.access import current_member
from community.accounts import sign_ins
from models.accounts import Member
from models.base import transaction

HOME = "/"
# Browsers read a backslash as a slash and skip over control characters: both would lead off the site.
_MISLEADING = frozenset("\\") | {chr(code) for code in range(0x21)} | {"\x7f"}


def enter(member: Member, *, remember: bool = False) -> None:
    """Begin a session that has nothing of the one before."""
    session.clear()
    with transaction():
        member.sign_in_key = sign_ins.begin(member, request.user_agent.string).key
    login_user(member, remember=remember)


def is_remembered() -> bool:
    """The browser was asked to stay signed in."""
    return current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies


def leave() -> None:
    """End this session. Flask-Login notes in it that the remember-me cookie has to go: so clear first."""
    member = current_member()
    if member is not None:
        with transaction():
            sign_ins.forget(member.sign_in_key)
    session.clear()
    logout_user()


def own_path(path: str | None) -> str:
    """The path if it is one of ours, else home: nobody is led away by a link they were sent."""
    if not path or not path.startswith("/") or path.startswith("//") or _MISLEADING & set(path):
        return HOME
    parts = urlsplit(path)
    return HOME if parts.scheme or parts.netloc else path
