"""Secrets that travel by mail: made here, recognised here, never stored as they are."""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from community.clock import PatientSerializer
from models.accounts import Member
from models.security import EmailChange

# 256 bits, as much as the fingerprint that is kept of them.
TOKEN_BYTES = 32
# Long enough for a mail that was held back on its way, and for sending few: however often somebody asks in another's
# name, the last link is good (community/signin/guesses.py). Short enough for a mailbox that somebody reads later.
RESET_LIFE = timedelta(hours=3)


class Mailbox(StrEnum):
    """The mailbox that a link went to, when an address changes."""

    OLD = "old"
    NEW = "new"


def make_token() -> str:
    """Return a new random secret for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def fingerprint(token: str) -> str:
    """Return what the database keeps of a token: its SHA-256 in hex.

    A plain hash is enough: the token is random, not chosen by a person.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def make_reset_token(member: Member) -> str:
    """Return a token for the reset page: good for RESET_LIFE, until password, address or session version change."""
    return _reset_serializer().dumps([member.id, state_of(member)])


def read_reset_token(token: str) -> int | None:
    """Return the id of the member whose token this is, if it is ours and in time; else None.

    `is_reset_token_valid` then says whether it still holds.
    """
    claim = _read_reset_claim(token)
    return claim[0] if claim else None


def is_reset_token_valid(token: str, member: Member) -> bool:
    """Return whether the token is the member's and nothing has changed since: it was not used."""
    return _read_reset_claim(token) == [member.id, state_of(member)]


def _read_reset_claim(token: str) -> list[Any] | None:
    try:
        return _reset_serializer().loads(token, max_age=int(RESET_LIFE.total_seconds()))
    except BadSignature:  # SignatureExpired is one
        return None


def make_change_token(change: EmailChange, box: Mailbox) -> str:
    """Return the token for the mail to one of the two mailboxes. It never ends; the row says what it still opens."""
    return _change_serializer(box).dumps(change.id)


def read_change_token(token: str, box: Mailbox) -> int | None:
    """Return the id of the change of address that the token is for, if it is ours; else None."""
    try:
        return _change_serializer(box).loads(token)
    except BadSignature:
        return None


def _change_serializer(box: Mailbox) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"change of address, {box} mailbox")


def state_of(member: Member) -> str:
    """Return a hash of password, session version and address: it changes with each of them."""
    return fingerprint(f"{member.password_hash}|{member.session_version}|{member.email}")


def _reset_serializer() -> PatientSerializer:
    return PatientSerializer(str(current_app.secret_key), salt="password reset")
