"""The cookie by which a browser is recognised in which its owner has signed in before. It opens nothing."""

from collections.abc import Sequence

from flask import Response, after_this_request, current_app, g, request

from community.signin import known_devices, sign_ins
from community.signin.known_devices import Remembered
from models.accounts import Member
from models.security import KnownDevice

NAME = "tsudoi_device"
# Between the tokens of those who share the browser; in no token, and in a cookie as it stands.
BETWEEN = "."


def find_by_email(email: str) -> KnownDevice | None:
    """Return this browser's device if the person with this address is known in it."""
    return known_devices.find_by_email(_held(), email)


def find_by_member(member_id: int) -> KnownDevice | None:
    """Return this browser's device if this person is known in it."""
    return known_devices.find_by_member(_held(), member_id)


def remember(member: Member) -> Remembered:
    """Make this browser known to be the person's. Needs a transaction; the cookie goes with the answer."""
    remembered = known_devices.remember(member, _held(), request.user_agent.string)
    _give(remembered.tokens)
    return remembered


def remember_proof(member: Member) -> None:
    """Somebody who was signed in has shown anew who they are: their browser is known, as after a sign-in.

    They are told by mail, if they want it, where another browser than this one began the sign-in. Needs a transaction.
    """
    here = remember(member)
    before = sign_ins.note_device(member.sign_in_key, here.device)
    if here.is_new and before is not None and known_devices.wants_device_mail(member):
        known_devices.notify_owner(member, here.device)


def note_visit(member: Member) -> None:
    """Somebody who is signed in is here: a browser that is known stays so another year. Needs a transaction.

    An unknown one stays unknown: a session's cookie may be copied, and shows nobody's password.
    """
    held = _held()
    if known_devices.note_visit(member, held):
        _give(held)


def _give(tokens: Sequence[str]) -> None:
    """Let the browser hold these tokens for a year."""
    g.device_tokens = tokens

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(
            NAME,
            BETWEEN.join(tokens),
            max_age=known_devices.LIFE,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _held() -> Sequence[str]:
    """The tokens that the browser has by the end of this request."""
    sent = request.cookies.get(NAME, "").split(BETWEEN)[: known_devices.MOST_IN_ONE_BROWSER]
    return g.get("device_tokens") or [token for token in sent if token]
