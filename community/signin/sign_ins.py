"""Actions on sign-ins: one row for each browser. Deleting the row signs that browser out, on open pages too."""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from community import audit, realtime
from community.signin import known_devices, user_agents
from models.accounts import Member
from models.base import db, now
from models.security import KnownDevice, SignIn

KEY_BYTES = 16
# Pages say at most once an hour that somebody is there; several open ones may say it at the same time.
SEEN_AGAIN = timedelta(minutes=5)
# As long as somebody on leave may be away; after that the device is asked for the password again.
UNSEEN = timedelta(days=180)
# After that the member is asked for password or code again: long enough for the rights of a few people, shorter than a
# coffee break, and below the 15 minutes that NIST SP 800-63B gives a session that nobody uses at its highest level.
REAUTHENTICATION_LIFE = timedelta(minutes=10)
# Clocks of several machines differ; a clock that was put back by more ends a reauthentication, it does not prolong it.
CLOCK_DRIFT = timedelta(minutes=1)


def begin(member: Member, user_agent: str, known: KnownDevice | None = None) -> SignIn:
    """Add and return a sign-in of the member, who has just shown who they are in this browser.

    `known`: the device by which the browser is recognised from now on.
    """
    device = user_agents.recognise(user_agent)
    made = SignIn(
        key=secrets.token_hex(KEY_BYTES),
        member_id=member.id,
        browser=device.browser,
        system=device.system,
        device_id=known.id if known else None,
    )
    db.session.add(made)
    db.session.flush()
    return made


def renew(member: Member) -> bool:
    """Give the member's browser a new key and note that its person has proved who they are.

    The old key opens nothing from then on, nor does a copy of it, and open sockets have to join again. Sets
    `member.sign_in_key`. Returns False where the browser was signed out meanwhile.
    """
    key = secrets.token_hex(KEY_BYTES)
    mine = sa.and_(SignIn.key == member.sign_in_key, SignIn.member_id == member.id)
    renewed = sa.update(SignIn).where(mine).values(key=key, proved_at=now()).returning(SignIn.id)
    if db.session.scalar(renewed) is None:
        return False
    member.sign_in_key = key
    realtime.reauthorise(f"member:{member.id}")
    return True


def is_reauthenticated(member: Member) -> bool:
    """Return whether the member has shown who they are in this browser within REAUTHENTICATION_LIFE."""
    proved_at = db.session.scalar(
        sa.select(SignIn.proved_at).where(SignIn.key == member.sign_in_key, SignIn.member_id == member.id)
    )
    return proved_at is not None and -CLOCK_DRIFT < now() - proved_at < REAUTHENTICATION_LIFE


def note_seen(key: str) -> None:
    """Note that the sign-in is in use; written at most every few minutes."""
    at = now()
    # Of later than now: the clock was set back.
    is_due = sa.or_(SignIn.seen_at < at - SEEN_AGAIN, SignIn.seen_at > at)
    db.session.execute(sa.update(SignIn).where(SignIn.key == key, is_due).values(seen_at=at))


def note_device(key: str, known: KnownDevice) -> int | None:
    """Note by which device the browser of this sign-in is recognised. Return the id of the one before, or None."""
    before = db.session.scalar(sa.select(SignIn.device_id).where(SignIn.key == key))
    db.session.execute(sa.update(SignIn).where(SignIn.key == key).values(device_id=known.id))
    return before


def end(member: Member, sign_in_id: int) -> bool:
    """Sign the member out in one other browser, and forget its device. Return whether there was such a sign-in.

    A sign-in that began in this very browser and was never ended (it was closed) leaves this one known.
    """
    return _end_sign_ins(member, SignIn.id == sign_in_id)


def end_others(member: Member, but: str) -> bool:
    """Sign the member out and forget the device in all browsers but the one with this key. Return whether any ended."""
    ended = _end_sign_ins(member, SignIn.key != but)
    known_devices.forget_all(member, but=_device_here(member, but))
    return ended


def forget_device(member: Member, device_id: int) -> bool:
    """Forget a device of the member, and sign them out there. Return whether there was such a device."""
    mine = sa.and_(KnownDevice.id == device_id, KnownDevice.member_id == member.id)
    if not db.session.scalar(sa.select(sa.exists().where(mine))):
        return False
    _end_sign_ins(member, SignIn.device_id == device_id)
    db.session.execute(sa.delete(KnownDevice).where(mine))
    audit.record(member.id, "member.forget_device", "member", member.id)
    return True


def forget(key: str) -> None:
    """Delete the sign-in with this key: the member signs out where they are."""
    db.session.execute(sa.delete(SignIn).where(SignIn.key == key))


def forget_all(member: Member) -> None:
    """Delete all sign-ins and known devices of the member. The caller has raised the session version."""
    db.session.execute(sa.delete(SignIn).where(SignIn.member_id == member.id))
    known_devices.forget_all(member)


def forget_unseen() -> None:
    """Delete the sign-ins that nobody has used for half a year."""
    db.session.execute(sa.delete(SignIn).where(SignIn.seen_at < now() - UNSEEN))


def _end_sign_ins(member: Member, which: sa.ColumnElement[bool]) -> bool:
    """Delete these sign-ins of the member and forget their devices, except the one in use here.

    Return whether there were any.
    """
    mine = sa.delete(SignIn).where(SignIn.member_id == member.id, which)
    ended = db.session.scalars(mine.returning(SignIn.device_id)).all()
    if not ended:
        return False
    gone = {known for known in ended if known} - {_device_here(member, member.sign_in_key)}
    db.session.execute(sa.delete(KnownDevice).where(KnownDevice.id.in_(gone)))
    audit.record(member.id, "member.end_sign_in", "member", member.id, after={"ended": len(ended)})
    realtime.reauthorise(f"member:{member.id}")
    return True


def _device_here(member: Member, key: str) -> int | None:
    """Return the id of the device by which the browser with this sign-in key is recognised, or None."""
    return db.session.scalar(sa.select(SignIn.device_id).where(SignIn.key == key, SignIn.member_id == member.id))
