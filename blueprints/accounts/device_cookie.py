"""The cookie by which a browser is recognised in which its owner has signed in before. It opens nothing."""

from flask import Response, after_this_request, current_app, g, request

from community.accounts import known_devices, sign_ins
from community.accounts.known_devices import Remembered
from models.accounts import Member
from models.security import KnownDevice

NAME = "tsudoi_device"


def find(email: str) -> KnownDevice | None:
    """Return this browser's device if the person with this address is known in it."""
    return known_devices.find(_token(), email)


def find_of(member_id: int) -> KnownDevice | None:
    """Return this browser's device if this person is known in it."""
    return known_devices.find_of(_token(), member_id)


def remember(member: Member) -> Remembered:
    """Make this browser known to be the person's. Needs a transaction; the cookie goes with the answer."""
    remembered = known_devices.remember(member, _token(), request.user_agent.string)
    g.device_token = remembered.token

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(
            NAME,
            remembered.token,
            max_age=known_devices.LIFE,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response

    return remembered


def remember_visit(member: Member) -> None:
    """Somebody who is signed in is here: their browser is known another year. Needs a transaction."""
    sign_ins.note_device(member.sign_in_key, remember(member).device)


def _token() -> str | None:
    """The one that the browser has by the end of this request."""
    return g.get("device_token") or request.cookies.get(NAME)
