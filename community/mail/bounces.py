"""Bounces: which mail came back, and whether its address is dead.

Each mail has an envelope sender of its own (`bounces+17-3f…@…`, VERP), so that a returned mail says which one it was,
however mangled. It is signed, so that nobody can silence others by writing to it.
"""

import email
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.message import Message

import sqlalchemy as sa
from flask import current_app

from models.base import db
from models.mail import Mail, MailBounce

from . import rules

SIGNATURE_DIGITS = 12
UNKNOWN = "5.0.0"  # failed for good, without a reason
_MARK = re.compile(r"\+(\d{1,18})-([0-9a-f]{12})@", re.IGNORECASE)
# Headers in which servers put the address that a message was delivered to.
_ADDRESSED = ("Delivered-To", "X-Original-To", "To")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class BounceReport:
    """A bounce: the mail that came back, and the status (RFC 3463)."""

    mail_id: int
    status: str


def sender_of(mail_id: int, bounces: str) -> str:
    """Return the envelope sender of this mail, below the address for bounces."""
    name, _, domain = bounces.rpartition("@")
    return f"{name}+{mail_id}-{_sign(mail_id)}@{domain}"


def read_report(message: bytes, came_to: str = "") -> BounceReport | None:
    """Return the bounce in a message; None if it reports no failure of a mail of ours (RFC 3464).

    `came_to` is the address it was sent to, if the mail server tells; else the headers are searched.
    """
    parsed = email.message_from_bytes(message, policy=policy.compat32)
    addresses = [came_to] if came_to else [str(v) for name in _ADDRESSED for v in parsed.get_all(name, ())]
    mail_id, status = _mail_of(addresses), _failure_of(parsed)
    return BounceReport(mail_id, status) if mail_id is not None and status else None


def note(mail: Mail, status: str) -> None:
    """Record that this mail came back. Idempotent."""
    known = db.session.get(MailBounce, mail.id)
    if known is None:
        is_hard = rules.is_hard(status)
        db.session.add(MailBounce(mail_id=mail.id, address=mail.to_address, status=status, is_hard=is_hard))
        db.session.flush()


def forgive(address: str) -> None:
    """Forget an address's bounces, so that mail is sent there again: its owner says that mail arrives."""
    db.session.execute(sa.delete(MailBounce).where(MailBounce.address == address))


def _mail_of(addresses: Iterable[str]) -> int | None:
    for address in addresses:
        found = _MARK.search(address)
        if found and hmac.compare_digest(found[2].lower(), _sign(int(found[1]))):
            return int(found[1])
    return None


def _failure_of(parsed: Message) -> str:
    """Return the status of the recipient that failed; "" if none did, since a delay is no failure."""
    for part in parsed.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # The first block is about the message, each later one about a recipient.
        for block in part.walk():
            if str(block.get("Action", "")).strip().lower() == "failed":
                found = _STATUS.search(str(block.get("Status", "")))
                return found[0] if found else UNKNOWN
    return ""


def _sign(mail_id: int) -> str:
    key = f"bounce {current_app.secret_key}".encode()
    return hmac.new(key, str(mail_id).encode(), hashlib.sha256).hexdigest()[:SIGNATURE_DIGITS]
