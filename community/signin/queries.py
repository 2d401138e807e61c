"""Reading sign-ins, changes of address and recovery codes."""

from collections.abc import Sequence

import sqlalchemy as sa

from community.accounts import rules
from models.accounts import Member
from models.base import db
from models.security import EmailChange, RecoveryCode, SignIn


def get_member_by_session(session_id: str) -> Member | None:
    """Whom a session or a remember-me cookie stands for (`Member.get_id`); nobody once it was ended elsewhere."""
    number, version, key = (*session_id.split("."), "", "")[:3]
    if not (number.isdecimal() and version.isdecimal()):
        return None
    chosen = sa.select(Member).join(SignIn, SignIn.member_id == Member.id)
    member = db.session.scalar(chosen.where(Member.id == int(number), SignIn.key == key))
    if member is None or member.session_version != int(version) or not rules.can_sign_in(member):
        return None
    member.sign_in_key = key
    return member


def get_email_change(change_id: int) -> EmailChange | None:
    """As it is now."""
    return db.session.get(EmailChange, change_id, populate_existing=True)


def get_open_email_change(member_id: int) -> EmailChange | None:
    """The one that is neither confirmed nor ended."""
    chosen = sa.select(EmailChange).where(EmailChange.member_id == member_id)
    return db.session.scalar(chosen.where(EmailChange.confirmed_at.is_(None), EmailChange.ended_at.is_(None)))


def count_recovery_codes(member_id: int) -> int:
    """How many are still unused."""
    unused = sa.select(sa.func.count()).where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def list_sign_ins(member_id: int, first: str) -> Sequence[SignIn]:
    """Where the person is signed in: the browser with this key, then those used last."""
    chosen = sa.select(SignIn).where(SignIn.member_id == member_id)
    return db.session.scalars(chosen.order_by(SignIn.key != first, SignIn.seen_at.desc(), SignIn.id)).all()
