"""Known devices: browsers in which somebody has signed in before; and the mail about a sign-in in another one.

Each person has a token of 256 random bits in a browser, and a row for it. The tokens of those who share a computer
stand in one cookie; what one of them does there, or with a copy of it elsewhere, never changes another's row.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel.dates import format_datetime

from community import links
from community.accounts import rules
from community.mail.actions import queue_mail
from community.mail.letters import write_letter
from community.signin import tokens, user_agents
from models.accounts import Member
from models.base import db, now, today
from models.security import KnownDevice, SignIn

# As long as browsers keep a cookie (RFC 6265bis: 400 days at most), and as somebody may stay away.
LIFE = timedelta(days=365)
# A browser that deletes its cookies is another one each time; of those only the latest are worth a row.
MOST = 30
# People who share one computer. Of more, the one who has been away for longest is forgotten.
MOST_IN_ONE_BROWSER = 20


@dataclass(frozen=True)
class Remembered:
    """A device that is known from now on, the tokens for its cookie, and whether it was unknown until now."""

    device: KnownDevice
    tokens: Sequence[str]
    is_new: bool


def find_by_email(held: Collection[str], email: str) -> KnownDevice | None:
    """Return the device of the person with this address among those whose tokens the browser holds."""
    known = sa.select(KnownDevice, Member.email).join(Member, Member.id == KnownDevice.member_id)
    here = db.session.execute(known.where(_is_held(held)))
    return next((device for device, address in here if address == email), None)


def find_by_member(held: Collection[str], member_id: int) -> KnownDevice | None:
    """Return the device of this person among those whose tokens the browser holds."""
    mine = sa.select(KnownDevice).where(KnownDevice.member_id == member_id, _is_held(held))
    return db.session.scalars(mine.order_by(KnownDevice.id.desc())).first()


def list_all(member_id: int) -> Sequence[KnownDevice]:
    """Return every device that is known to be the person's, those used last first."""
    chosen = sa.select(KnownDevice).where(KnownDevice.member_id == member_id)
    return db.session.scalars(chosen.order_by(KnownDevice.seen_on.desc(), KnownDevice.id.desc())).all()


def list_signed_out(member_id: int) -> Sequence[KnownDevice]:
    """Return the member's devices in which nobody is signed in, those used last first."""
    is_used = sa.exists().where(SignIn.device_id == KnownDevice.id)
    chosen = sa.select(KnownDevice).where(KnownDevice.member_id == member_id, ~is_used)
    return db.session.scalars(chosen.order_by(KnownDevice.seen_on.desc(), KnownDevice.id.desc())).all()


def remember(member: Member, held: Sequence[str], user_agent: str) -> Remembered:
    """Make this browser a known device of the member, who has just shown who they are; return it with its tokens.

    `held`: the tokens that the browser has. A member who is new to it gets one of their own: tokens that were put
    there, or copied from there before, never become theirs. The rows of the others are not changed.
    """
    known = find_by_member(held, member.id)
    if known is None:
        fresh = tokens.make_token()
        made = KnownDevice(token_hash=tokens.fingerprint(fresh), member_id=member.id)
        db.session.add(made)
    else:
        made, fresh = known, next(token for token in held if tokens.fingerprint(token) == known.token_hash)
    named = user_agents.recognise(user_agent)
    made.browser, made.system, made.seen_on = named.browser, named.system, today()
    db.session.flush()
    _forget_beyond_most(member)
    others = [token for token in _select_known_tokens(held) if token != fresh]
    return Remembered(made, [fresh, *others][:MOST_IN_ONE_BROWSER], is_new=known is None)


def note_visit(member: Member, held: Sequence[str]) -> bool:
    """Keep this browser known for another year. Return False if the member is not known in it: nothing changes."""
    known = find_by_member(held, member.id)
    if known is not None:
        known.seen_on = today()
    return known is not None


def wants_device_mail(member: Member) -> bool:
    """Return whether the person wants a mail about each new device; without a choice of theirs, staff do."""
    return rules.is_staff(member) if member.wants_device_mail is None else member.wants_device_mail


def choose_mail(member: Member, *, wanted: bool) -> None:
    """Store whether the person wants a mail about each new device."""
    member.wants_device_mail = wanted


def notify_owner(member: Member, device: KnownDevice) -> None:
    """Mail the member about a sign-in on a new device. Two within a minute on the same kind of device are one mail."""
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
    """Forget all known devices of the member, except the one with the id `but`."""
    everything = sa.delete(KnownDevice).where(KnownDevice.member_id == member.id)
    db.session.execute(everything if but is None else everything.where(KnownDevice.id != but))


def forget_unseen() -> None:
    """Forget the devices that nobody has used for a year."""
    db.session.execute(sa.delete(KnownDevice).where(KnownDevice.seen_on < today() - LIFE))


def _is_held(held: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a row belongs to one of these tokens and was used within a year."""
    is_one = KnownDevice.token_hash.in_([tokens.fingerprint(token) for token in held])
    return sa.and_(is_one, KnownDevice.seen_on >= today() - LIFE)


def _select_known_tokens(held: Collection[str]) -> list[str]:
    """Return those of the tokens that belong to a known device, in their order."""
    used = set(db.session.scalars(sa.select(KnownDevice.token_hash).where(_is_held(held))))
    return [token for token in held if tokens.fingerprint(token) in used]


def _forget_beyond_most(member: Member) -> None:
    old = [device.id for device in list_signed_out(member.id)[MOST:]]
    if old:
        db.session.execute(sa.delete(KnownDevice).where(KnownDevice.id.in_(old)))
