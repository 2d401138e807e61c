"""The unsubscribe token in each mail: the member and the kind of mail. It never expires (RFC 8058)."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def make_stop_token(member_id: int, kind: str) -> str:
    """Return the unsubscribe token; always the same, so that a mail's header and body agree."""
    return _serializer().dumps([member_id, kind])


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Return the member's id and the kind of mail of a token; None if the token is not ours."""
    try:
        member_id, kind = _serializer().loads(token)
    except BadSignature:
        return None
    return member_id, kind


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="stop mails")
