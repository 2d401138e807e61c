"""Actions on passwords and sign-ins, and how a lost or stolen password is replaced.

They take hashes, not passwords: hashing is slow on purpose, and the caller does it before its transaction begins.
"""

from community import audit, links, realtime
from community.accounts import actions
from community.mail.actions import queue_mail
from community.mail.letters import Letter, write_letter
from community.signin import sign_ins, tokens
from models.accounts import Member
from models.base import db, now


def set_password(member: Member, password_hash: str) -> None:
    """Set the password. Every other session ends, open reset links fall, and the person is notified by mail."""
    had_one = member.password_hash is not None
    member.password_hash = password_hash
    sign_out_everywhere(member)
    if had_one:
        _notify_of_new_password(member)


def rehash_password(member: Member, password_hash: str) -> None:
    """Replace the hash by one of the same password with today's costs; sessions go on."""
    member.password_hash = password_hash


def note_sign_in(member: Member) -> None:
    """Begin a visit of a person who has signed in."""
    actions.begin_visit(member)


def sign_out_everywhere(member: Member, *, by: Member | None = None) -> None:
    """End every session and remember-me cookie of the person, and the sockets of their open pages.

    `by`: who does it, for the audit log; None: the person.
    """
    member.session_version = Member.session_version + 1
    db.session.flush()
    db.session.refresh(member, ["session_version"])
    sign_ins.forget_all(member)
    realtime.reauthorise(f"member:{member.id}")
    audit.record((by or member).id, "member.sign_out_everywhere", "member", member.id)


def request_password_reset(member: Member, letter: Letter, token: str) -> None:
    """Send the letter with the link. Reset links need no row: they carry what they are good for, signed."""
    queue_mail(
        "password_reset",
        member.email,
        letter,
        event_key=f"password-reset {tokens.fingerprint(token)}",
        member_id=member.id,
        drop_after=now() + tokens.RESET_LIFE,
    )


def write_reset_letter(member: Member, token: str) -> Letter:
    """Return the letter that `request_password_reset` sends."""
    values = {"name": member.display_name, "address": links.reset_password(token)}
    return write_letter("password_reset", member.locale, values)


def _notify_of_new_password(member: Member) -> None:
    values = {"name": member.display_name, "address": links.forgot_password()}
    queue_mail(
        "password_changed",
        member.email,
        write_letter("password_changed", member.locale, values),
        event_key=f"password-changed {member.id} {member.session_version}",
        member_id=member.id,
    )
