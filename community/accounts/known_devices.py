"""Browsers in which somebody has signed in before, and the mail about one in which they have not.

A cookie of 256 random bits stands for the browser; several people at one computer share it and have a row each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel.dates import format_datetime

from community import links
from community.accounts import devices, rules, tokens
from community.mail.actions import queue_mail
from community.mail.letters import write_letter
from models.accounts import Member
from models.base import db, now, today
from models.security import KnownDevice, SignIn

# As long as browsers keep a cookie (RFC 6265bis: 400 days at most), and as somebody may stay away.
LIFE = timedelta(days=365)
# A browser that deletes its cookies is another one each time; of those only the latest are worth a row.
MOST = 30


@dataclass(frozen=True)
class Remembered:
    """A device that is known from now on, the token for its cookie, and whether it was unknown until now."""

    device: KnownDevice
    token: str
    is_new: bool


def find(token: str | None, email: str) -> KnownDevice | None:
    """Return the device with this token if the person with this address is known there."""
    known = sa.select(KnownDevice, Member.email).join(Member, Member.id == KnownDevice.member_id)
    here = db.session.execute(known.where(_has(token)))
    return next((device for device, address in here if address == email), None)


def find_of(token: str | None, member_id: int) -> KnownDevice | None:
    """Return the device with this token if this person is known there."""
    return db.session.scalar(sa.select(KnownDevice).where(KnownDevice.member_id == member_id, _has(token)))


def list_signed_out(member_id: int) -> Sequence[KnownDevice]:
    """Return the devices that are known without anybody being signed in, those used last first."""
    is_used = sa.exists().where(SignIn.device_id == KnownDevice.id)
    chosen = sa.select(KnownDevice).where(KnownDevice.member_id == member_id, ~is_used)
    return db.session.scalars(chosen.order_by(KnownDevice.seen_on.desc(), KnownDevice.id.desc())).all()


def remember(member: Member, token: str | None, user_agent: str) -> Remembered:
    """Make this browser known to be the person's, who has just shown who they are.

    A browser that is new to the person gets a new token: one that somebody has put there, or copied, is void from now
    on. The others at this computer move along.
    """
    named, known = devices.recognise(user_agent), find_of(token, member.id)
    if known is not None and token is not None:
        known.browser, known.system, known.seen_on = named.browser, named.system, today()
        return Remembered(known, token, is_new=False)
    fresh = tokens.make_token()
    if token is not None:
        moved = sa.update(KnownDevice).where(KnownDevice.token_hash == tokens.fingerprint(token))
        db.session.execute(moved.values(token_hash=tokens.fingerprint(fresh)))
    made = KnownDevice(
        token_hash=tokens.fingerprint(fresh), member_id=member.id, browser=named.browser, system=named.system
    )
    db.session.add(made)
    db.session.flush()
    _forget_beyond_most(member)
    return Remembered(made, fresh, is_new=True)


def is_told(member: Member) -> bool:
    """Whether the person wants a mail of each new device: as they chose; without a choice, the staff only."""
    return rules.is_staff(member) if member.wants_device_mail is None else member.wants_device_mail


def choose_mail(member: Member, *, wanted: bool) -> None:
    """Remember whether the person wants a mail of each new device."""
    member.wants_device_mail = wanted


def tell_owner(member: Member, device: KnownDevice) -> None:
    """Send the mail about a sign-in on a new device. Two presses of one button are one mail."""
    at = now()
    values = {
        "name": member.display_name,
        "at": format_datetime(at, "long", tzinfo=ZoneInfo(member.time_zone), locale=member.locale),
        "browser": device.browser,
        "system": device.system,
        "address": links.sign_ins(),
        "choices": links.mail_settings(),
    }
    queue_mail(
        "new_device",
        member.email,
        write_letter("new_device", member.locale, values),
        event_key=f"new-device {member.id} {device.browser} {device.system} {at:%Y-%m-%d %H:%M}",
        member_id=member.id,
    )


def forget_all(member: Member, but: int | None = None) -> None:
    """No browser is known to be the person's any more, except the device with this number."""
    everything = sa.delete(KnownDevice).where(KnownDevice.member_id == member.id)
    db.session.execute(everything if but is None else everything.where(KnownDevice.id != but))


def forget_unseen() -> None:
    """Forget the devices in which nobody has come back for a year."""
    db.session.execute(sa.delete(KnownDevice).where(KnownDevice.seen_on < today() - LIFE))


def _has(token: str | None) -> sa.ColumnElement[bool]:
    """Whether a row belongs to this token; no row belongs to an empty one."""
    is_its = KnownDevice.token_hash == tokens.fingerprint(token or "")
    return sa.and_(is_its, KnownDevice.seen_on >= today() - LIFE)


def _forget_beyond_most(member: Member) -> None:
    old = [device.id for device in list_signed_out(member.id)[MOST:]]
    if old:
        db.session.execute(sa.delete(KnownDevice).where(KnownDevice.id.in_(old)))
