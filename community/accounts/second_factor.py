"""Actions of the second key: a code from one's telephone, besides the password.

Whoever checks or changes it holds the member's row (`queries.get_member_to_change`), so that one code is good once.
"""

from enum import StrEnum

import sqlalchemy as sa

from community import audit, links
from community.accounts import one_time, sign_ins
from community.mail.actions import queue_mail
from community.mail.letters import write_letter
from models.accounts import Member
from models.base import db, now
from models.security import RecoveryCode


class WrongCodeError(Exception):
    """Not a code of now, or one that was used already."""


class Proof(StrEnum):
    """What somebody has shown."""

    CODE = "code"
    RECOVERY = "recovery"


def turn_on(member: Member, salt: str, code: str) -> list[str]:
    """The telephone knows the secret: from now on it is asked. Answers the recovery codes; other browsers are out."""
    step = one_time.find_step(one_time.secret_of(member, salt), code, now(), after=0)
    if step is None:
        raise WrongCodeError
    member.totp_salt, member.totp_since, member.totp_last_step = salt, now(), step
    codes = _make_codes(member)
    sign_ins.end_others(member, but=member.sign_in_key)
    audit.record(member.id, "member.turn_on_second_factor", "member", member.id)
    _tell(member, "second_factor_on")
    return codes


def check_code(member: Member, typed: str) -> Proof | None:
    """Use up a code of the telephone, or a recovery code. None: it is neither, or was used already."""
    if member.totp_salt is None or member.totp_since is None:
        return None
    secret = one_time.secret_of(member, member.totp_salt)
    step = one_time.find_step(secret, typed, now(), after=member.totp_last_step or 0)
    if step is not None:
        member.totp_last_step = step
        db.session.flush()
        return Proof.CODE
    return Proof.RECOVERY if _use_recovery_code(member, typed) else None


def renew_recovery_codes(member: Member) -> list[str]:
    """Ten new ones; the old ones are good for nothing any more."""
    codes = _make_codes(member)
    audit.record(member.id, "member.renew_recovery_codes", "member", member.id)
    return codes


def turn_off(member: Member) -> None:
    """The password alone opens the door again."""
    _forget(member)
    audit.record(member.id, "member.turn_off_second_factor", "member", member.id)
    _tell(member, "second_factor_off")


def reset(member: Member, *, by: Member, reason: str) -> bool:
    """An administrator lets in somebody who has lost telephone and codes. False: it was off."""
    if member.totp_since is None:
        return False
    _forget(member)
    audit.record(by.id, "member.reset_second_factor", "member", member.id, reason=reason)
    _tell(member, "second_factor_reset")
    return True


def _forget(member: Member) -> None:
    member.totp_salt = member.totp_since = member.totp_last_step = None
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.member_id == member.id))


def _make_codes(member: Member) -> list[str]:
    codes = one_time.make_recovery_codes()
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    db.session.add_all(RecoveryCode(member_id=member.id, code_hash=one_time.recovery_hash(code)) for code in codes)
    db.session.flush()
    return codes


def _use_recovery_code(member: Member, typed: str) -> bool:
    used = db.session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.member_id == member.id,
            RecoveryCode.code_hash == one_time.recovery_hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
    )
    if used.scalar() is None:
        return False
    audit.record(member.id, "member.use_recovery_code", "member", member.id)
    return True


def _tell(member: Member, letter: str) -> None:
    values = {"name": member.display_name, "address": links.second_factor()}
    queue_mail(
        letter,
        member.email,
        write_letter(letter, member.locale, values),
        event_key=f"{letter} {member.id} {now().isoformat()}",
        member_id=member.id,
    )
