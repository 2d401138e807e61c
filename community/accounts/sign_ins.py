"""Actions of being signed in: one row for each browser. Removing the row signs that browser out, on open pages too."""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from community import audit, realtime
from community.accounts import devices
from models.accounts import Member
from models.base import db, now
from models.security import SignIn

KEY_BYTES = 16
# Pages say at most once an hour that somebody is there; several open ones may say it at the same time.
SEEN_AGAIN = timedelta(minutes=5)
# As long as somebody on leave may be away; after that the device is asked for the password again.
UNSEEN = timedelta(days=180)
# After that a proof counts no more: long enough for the rights of a few people, shorter than a coffee break, and below
# the 15 minutes that NIST SP 800-63B gives a session that nobody uses at its highest level.
PROOF_LIFE = timedelta(minutes=10)
# Clocks of several machines differ; a clock that was put back by more makes a proof void, not eternal.
CLOCK_DRIFT = timedelta(minutes=1)


def begin(member: Member, user_agent: str) -> SignIn:
    """Somebody has shown who they are in this browser."""
    device = devices.recognise(user_agent)
    made = SignIn(key=secrets.token_hex(KEY_BYTES), member_id=member.id, browser=device.browser, system=device.system)
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
    realtime.rights_changed(f"member:{member.id}")
    return True


def is_proved(member: Member) -> bool:
    """Whether the member has proved who they are in this browser within the last minutes."""
    proved_at = db.session.scalar(
        sa.select(SignIn.proved_at).where(SignIn.key == member.sign_in_key, SignIn.member_id == member.id)
    )
    return proved_at is not None and -CLOCK_DRIFT < now() - proved_at < PROOF_LIFE


def note_seen(key: str) -> None:
    """They are there. Written at most every few minutes."""
    at = now()
    # Of later than now: the clock was set back.
    is_due = sa.or_(SignIn.seen_at < at - SEEN_AGAIN, SignIn.seen_at > at)
    db.session.execute(sa.update(SignIn).where(SignIn.key == key, is_due).values(seen_at=at))


def end(member: Member, sign_in_id: int) -> bool:
    """Sign the person out in one other browser. False: there was none."""
    return _end(member, SignIn.id == sign_in_id)


def end_others(member: Member, but: str) -> bool:
    """Sign the person out everywhere except where this key is."""
    return _end(member, SignIn.key != but)


def forget(key: str) -> None:
    """Somebody signs out where they are."""
    db.session.execute(sa.delete(SignIn).where(SignIn.key == key))


def forget_all(member: Member) -> None:
    """For whoever has raised the session version already."""
    db.session.execute(sa.delete(SignIn).where(SignIn.member_id == member.id))


def forget_unseen() -> None:
    """Sign out where nobody has come back for half a year."""
    db.session.execute(sa.delete(SignIn).where(SignIn.seen_at < now() - UNSEEN))


def _end(member: Member, which: sa.ColumnElement[bool]) -> bool:
    ended = db.session.scalars(sa.delete(SignIn).where(SignIn.member_id == member.id, which).returning(SignIn.id)).all()
    if not ended:
        return False
    audit.record(member.id, "member.end_sign_in", "member", member.id, after={"ended": len(ended)})
    realtime.rights_changed(f"member:{member.id}")
    return True
