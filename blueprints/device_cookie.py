"""The cookie that recognises a browser in which its owner has signed in before. It gives no access."""

from collections.abc import Sequence

from flask import Response, after_this_request, current_app, g, request

from community.signin import known_devices, sign_ins
from community.signin.known_devices import Remembered
from models.accounts import Member
from models.security import KnownDevice

NAME = "tsudoi_device"
# Separates the tokens of members who share the browser. Occurs in no token and needs no quoting in a cookie.
BETWEEN = "."


def find_by_email(email: str) -> KnownDevice | None:
    """Return this browser's device if the member with this address is known in it, else None."""
    return known_devices.find_by_email(_list_tokens(), email)


def find_by_member(member_id: int) -> KnownDevice | None:
    """Return this browser's device if this member is known in it, else None."""
    return known_devices.find_by_member(_list_tokens(), member_id)


def remember(member: Member) -> Remembered:
    """Make this browser a known device of the member, and return it. The response sets the cookie.

    Needs a transaction.
    """
    remembered = known_devices.remember(member, _list_tokens(), request.user_agent.string)
    _set_tokens(remembered.tokens)
    return remembered


def remember_reauthenticated(member: Member) -> None:
    """Make this browser a known device, since the signed-in member has reauthenticated in it. Needs a transaction.

    They are mailed, if they want that, where another browser than this one began the sign-in.
    """
    here = remember(member)
    before = sign_ins.note_device(member.sign_in_key, here.device)
    if here.is_new and before is not None and known_devices.wants_device_mail(member):
        known_devices.notify_owner(member, here.device)


def note_visit(member: Member) -> None:
    """Keep this browser a known device for another year, if it is one. Needs a transaction.

    An unknown browser stays unknown: the session's cookie may be a copy, which proves no password.
    """
    held = _list_tokens()
    if known_devices.note_visit(member, held):
        _set_tokens(held)


def _set_tokens(tokens: Sequence[str]) -> None:
    """Set the cookie with these tokens, for a year."""
    g.device_tokens = tokens

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            NAME,
            BETWEEN.join(tokens),
            max_age=known_devices.LIFE,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _list_tokens() -> Sequence[str]:
    """Return the tokens that the browser will have after this request."""
    sent = request.cookies.get(NAME, "").split(BETWEEN)[: known_devices.MOST_IN_ONE_BROWSER]
    return g.get("device_tokens") or [token for token in sent if token]
