"""Queries on sign-ins, changes of address and recovery codes."""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from community.accounts import rules
from models.accounts import Member
from models.base import db
from models.security import EmailChange, RecoveryCode, SignIn


def get_member_by_session(session_id: str) -> Member | None:
    """Return the member of a session or a remember-me cookie (`Member.get_id`); None if it was ended elsewhere.

    None also where the member may not sign in any more.
    """
    number, version, key = (*session_id.split("."), "", "")[:3]
    if not (number.isdecimal() and version.isdecimal()):
        return None
    member = db.session.scalar(_member_signed_in(), {"member_id": int(number), "key": key})
    if member is None or member.session_version != int(version) or not rules.can_sign_in(member):
        return None
    member.sign_in_key = key
    return member


@cache
def _member_signed_in() -> sa.Select[Member]:
    """Built once: every page of everybody signed in begins with it."""
    chosen = sa.select(Member).join(SignIn, SignIn.member_id == Member.id)
    return chosen.where(Member.id == sa.bindparam("member_id"), SignIn.key == sa.bindparam("key"))


def get_email_change(change_id: int) -> EmailChange | None:
    """Return the change of address with this id, read anew; None without one."""
    return db.session.get(EmailChange, change_id, populate_existing=True)


def get_open_email_change(member_id: int) -> EmailChange | None:
    """Return the member's change of address that is neither confirmed nor ended, or None."""
    chosen = sa.select(EmailChange).where(EmailChange.member_id == member_id)
    return db.session.scalar(chosen.where(EmailChange.confirmed_at.is_(None), EmailChange.ended_at.is_(None)))


def count_recovery_codes(member_id: int) -> int:
    """Return how many recovery codes of the member are unused."""
    unused = sa.select(sa.func.count()).where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def list_sign_ins(member_id: int, first: str) -> Sequence[SignIn]:
    """Return where the member is signed in: first the browser with the key `first`, then those used last."""
    chosen = sa.select(SignIn).where(SignIn.member_id == member_id)
    return db.session.scalars(chosen.order_by(SignIn.key != first, SignIn.seen_at.desc(), SignIn.id)).all()
