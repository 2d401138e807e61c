"""Begins and ends sessions of browsers, and checks where a browser may be sent afterwards."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask_login import login_user, logout_user

from blueprints import device_cookie
from blueprints.access import current_member
from community.signin import known_devices, sign_ins, tokens
from models.accounts import Member
from models.base import now, transaction

HOME = "/"
# The session's key for `Waiting`.
WAITING = "second_step"
WAITING_SECONDS = 10 * 60
# Browsers read a backslash as a slash and skip control characters: either could lead to another site.
_MISLEADING = frozenset("\\") | {chr(code) for code in range(0x21)} | {"\x7f"}


@dataclass(frozen=True)
class Waiting:
    """A member whose password was right and whose code is still to come. `state`: of the account, as it was then."""

    member_id: int
    state: str
    remember: bool
    path: str


def enter(member: Member, *, remember: bool = False, notify_owner: bool = False) -> None:
    """Begin a session, with nothing left of the one before.

    `notify_owner`: mail the owner about a new device if they want that.
    """
    before = current_member()
    session.clear()
    with transaction():
        if before is not None:
            sign_ins.forget(before.sign_in_key)
        here = device_cookie.remember(member)
        member.sign_in_key = sign_ins.begin(member, request.user_agent.string, here.device).key
        if notify_owner and here.is_new and known_devices.wants_device_mail(member):
            known_devices.notify_owner(member, here.device)
    login_user(member, remember=remember)


def wait_for_code(member: Member, *, remember: bool, path: str) -> None:
    """Note that the password was right. Nobody is signed in yet, and the session before has ended."""
    leave()
    session[WAITING] = [member.id, tokens.state_of(member), remember, path, int(now().timestamp())]


def waiting() -> Waiting | None:
    """Return who is expected to type a code in this browser; None if nobody is, or if the time is over."""
    noted = session.get(WAITING)
    if not noted or now().timestamp() - noted[-1] > WAITING_SECONDS:
        return None
    return Waiting(*noted[:-1])


def is_remembered() -> bool:
    """Return whether the browser was asked to stay signed in."""
    return current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies


def leave() -> None:
    """End this session.

    The session is cleared first: Flask-Login then notes in it that the remember-me cookie has to go.
    """
    member = current_member()
    if member is not None:
        with transaction():
            sign_ins.forget(member.sign_in_key)
    session.clear()
    logout_user()


def own_path(path: str | None) -> str:
    """Return the path if it is one of ours, else that of the first page, so that no link leads to another site."""
    if not path or not path.startswith("/") or path.startswith("//") or _MISLEADING & set(path):
        return HOME
    parts = urlsplit(path)
    return HOME if parts.scheme or parts.netloc else path
