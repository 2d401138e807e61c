"""Actions on the second factor: a code from one's telephone, besides the password.

Callers that check or change it lock the member's row (`queries.get_member_to_change`), so that one code is good once.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from community import audit, encryption, links
from community.encryption import UnreadableError
from community.mail.actions import queue_mail
from community.mail.letters import write_letter
from community.signin import sign_ins, totp
from models.accounts import Member
from models.base import db, now
from models.security import RecoveryCode


class WrongCodeError(Exception):
    """The code is not one of now, or was used already."""


class CodeKind(StrEnum):
    """What kind of code was right."""

    CODE = "code"
    RECOVERY = "recovery"


def turn_on(member: Member, secret: str, code: str) -> list[str]:
    """Turn the second factor on if the code shows that the telephone has the secret. Return the recovery codes.

    Signs the member out in all other browsers. Raises WrongCodeError.
    """
    step = totp.find_step(secret, code, now(), after=0)
    if step is None:
        raise WrongCodeError
    member.totp_secret, member.totp_salt = totp.encrypt_secret(member.id, secret), None
    member.totp_since, member.totp_last_step = now(), step
    codes = _replace_recovery_codes(member)
    sign_ins.end_others(member, but=member.sign_in_key)
    audit.record(member.id, "member.turn_on_second_factor", "member", member.id)
    _notify_owner(member, "second_factor_on")
    return codes


def check_code(member: Member, typed: str) -> CodeKind | None:
    """Use up a code of the telephone, or a recovery code, and return which it was.

    None: it is neither, or was used already.
    """
    if member.totp_since is None:
        return None
    for secret in _list_secrets(member):
        step = totp.find_step(secret, typed, now(), after=member.totp_last_step or 0)
        if step is not None:
            member.totp_last_step, member.totp_secret = step, totp.encrypt_secret(member.id, secret)
            db.session.flush()
            return CodeKind.CODE
    return CodeKind.RECOVERY if _use_recovery_code(member, typed) else None


def is_readable(member: Member) -> bool:
    """Return whether codes of the member's telephone can be checked: not where the key of their secret is lost."""
    if member.totp_secret is None:
        return True
    try:
        totp.decrypt_secret(member.id, member.totp_secret)
    except UnreadableError:
        return False
    return True


def encrypt_derived() -> int:
    """Encrypt the secrets that an older version derived. Return how many there were.

    The salts are kept: while the new version is being rolled out, processes of the old one still read them. Does
    nothing where the application had other secrets before: no row tells which one was derived from which.
    """
    if len(encryption.list_secrets()) > 1:
        return 0
    derived = [
        member for member in _lock_enrolled_members() if member.totp_secret is None and member.totp_salt is not None
    ]
    for member in derived:
        secret = totp.derive_secrets(member.id, member.totp_salt or "")[0]
        member.totp_secret = totp.encrypt_secret(member.id, secret)
    db.session.flush()
    return len(derived)


@dataclass(frozen=True)
class Reencrypted:
    """How many secrets were encrypted anew, cannot be read, and still follow from the secret of an older version."""

    done: int
    unreadable: int
    derived: int


def encrypt_anew() -> Reencrypted:
    """Encrypt every secret with today's key and remove the salts of the older version. Return the counts."""
    done = unreadable = derived = 0
    for member in _lock_enrolled_members():
        if member.totp_secret is None:
            derived += 1
        elif is_readable(member):
            member.totp_secret = totp.encrypt_secret(member.id, totp.decrypt_secret(member.id, member.totp_secret))
            member.totp_salt = None
            done += 1
        else:
            unreadable += 1
    db.session.flush()
    return Reencrypted(done, unreadable, derived)


def _lock_enrolled_members() -> Sequence[Member]:
    enrolled = sa.select(Member).where(Member.totp_since.is_not(None)).order_by(Member.id)
    return db.session.scalars(enrolled.with_for_update(of=Member, key_share=True)).all()


def _list_secrets(member: Member) -> list[str]:
    """Return the secret that the member's telephone may have; several only where an older version derived it."""
    found: list[str] = []
    if member.totp_secret is not None:
        with suppress(UnreadableError):
            found.append(totp.decrypt_secret(member.id, member.totp_secret))
    if member.totp_salt is not None:
        found += totp.derive_secrets(member.id, member.totp_salt)
    return list(dict.fromkeys(found))


def renew_recovery_codes(member: Member) -> list[str]:
    """Replace the member's recovery codes, and return the ten new ones."""
    codes = _replace_recovery_codes(member)
    audit.record(member.id, "member.renew_recovery_codes", "member", member.id)
    return codes


def turn_off(member: Member) -> None:
    """Turn the second factor off, and notify the member by mail."""
    _clear_second_factor(member)
    audit.record(member.id, "member.turn_off_second_factor", "member", member.id)
    _notify_owner(member, "second_factor_off")


def reset(member: Member, *, by: Member, reason: str) -> bool:
    """Remove the second factor of somebody who has lost telephone and codes. Return False if there was none."""
    if member.totp_since is None:
        return False
    _clear_second_factor(member)
    audit.record(by.id, "member.reset_second_factor", "member", member.id, reason=reason)
    _notify_owner(member, "second_factor_reset")
    return True


def _clear_second_factor(member: Member) -> None:
    member.totp_secret = member.totp_salt = member.totp_since = member.totp_last_step = None
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.member_id == member.id))


def _replace_recovery_codes(member: Member) -> list[str]:
    codes = totp.make_recovery_codes()
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    db.session.add_all(RecoveryCode(member_id=member.id, code_hash=totp.recovery_hash(code)) for code in codes)
    db.session.flush()
    return codes


def _use_recovery_code(member: Member, typed: str) -> bool:
    used = db.session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.member_id == member.id,
            RecoveryCode.code_hash == totp.recovery_hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
    )
    if used.scalar() is None:
        return False
    audit.record(member.id, "member.use_recovery_code", "member", member.id)
    return True


def _notify_owner(member: Member, letter: str) -> None:
    values = {"name": member.display_name, "address": links.second_factor()}
    queue_mail(
        letter,
        member.email,
        write_letter(letter, member.locale, values),
        event_key=f"{letter} {member.id} {now().isoformat()}",
        member_id=member.id,
    )
