"""The key in each mail to the way out of it: whose it is and of which kind of mail. It works for good (RFC 8058)."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def make_stop_token(member_id: int, kind: str) -> str:
    """The same each time, so that the header and the body of a mail agree."""
    return _keys().dumps([member_id, kind])


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Whose mails, and which kind; None where it is not of our making."""
    try:
        member_id, kind = _keys().loads(token)
    except BadSignature:
        return None
    return member_id, kind


def _keys() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="stop mails")
