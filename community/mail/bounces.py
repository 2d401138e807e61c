"""Mails that came back: whose they were, and whether anything will ever arrive there.

Each mail goes out with an envelope sender of its own (`bounces+17-3f…@…`, VERP), so that whatever comes back says which
one it was, however mangled; signed, so that nobody can silence others by writing to us.
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
UNKNOWN = "5.0.0"  # failed for good, nobody says why
_MARK = re.compile(r"\+(\d{1,18})-([0-9a-f]{12})@", re.IGNORECASE)
# Where servers write to whom a message was delivered.
_ADDRESSED = ("Delivered-To", "X-Original-To", "To")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Report:
    """What a returned message says: which mail, and why. `status` of RFC 3463."""

    mail_id: int
    status: str


def sender_of(mail_id: int, bounces: str) -> str:
    """The envelope sender of this mail, under the address for what comes back."""
    name, _, domain = bounces.rpartition("@")
    return f"{name}+{mail_id}-{_sign(mail_id)}@{domain}"


def read_report(message: bytes, came_to: str = "") -> Report | None:
    """Read a message that came to that address; None where it reports no failure of a mail of ours (RFC 3464).

    `came_to`: the address, where the mail server says it; else it is looked for in the message's head.
    """
    parsed = email.message_from_bytes(message, policy=policy.compat32)
    addresses = [came_to] if came_to else [str(v) for name in _ADDRESSED for v in parsed.get_all(name, ())]
    mail_id, status = _mail_of(addresses), _failure_of(parsed)
    return Report(mail_id, status) if mail_id is not None and status else None


def note(mail: Mail, status: str) -> None:
    """Write down that this mail came back; said again, it is one."""
    known = db.session.get(MailBounce, mail.id)
    if known is None:
        is_hard = rules.is_hard(status)
        db.session.add(MailBounce(mail_id=mail.id, address=mail.to_address, status=status, is_hard=is_hard))
        db.session.flush()


def forgive(address: str) -> None:
    """Mail is sent there again: the person says that it arrives."""
    db.session.execute(sa.delete(MailBounce).where(MailBounce.address == address))


def _mail_of(addresses: Iterable[str]) -> int | None:
    for address in addresses:
        found = _MARK.search(address)
        if found and hmac.compare_digest(found[2].lower(), _sign(int(found[1]))):
            return int(found[1])
    return None


def _failure_of(parsed: Message) -> str:
    """The status of the recipient that failed; empty where none did, for a delay is no end."""
    for part in parsed.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # Its first block is about the message, each later one about a recipient.
        for block in part.walk():
            if str(block.get("Action", "")).strip().lower() == "failed":
                found = _STATUS.search(str(block.get("Status", "")))
                return found[0] if found else UNKNOWN
    return ""


def _sign(mail_id: int) -> str:
    key = f"bounce {current_app.secret_key}".encode()
    return hmac.new(key, str(mail_id).encode(), hashlib.sha256).hexdigest()[:SIGNATURE_DIGITS]
