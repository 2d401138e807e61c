"""Actions on a change of mail address: confirmed from the new mailbox, stopped or undone from the old one."""

import sqlalchemy as sa

from community import audit, links
from community.accounts import queries
from community.accounts.mail_addresses import tidy_address
from community.mail.actions import queue_mail
from community.mail.letters import Letter, write_letter
from community.signin import credentials, rules, tokens
from community.signin.tokens import Mailbox
from models.accounts import Member
from models.address_keys import address_key
from models.base import db, now
from models.security import EmailChange


def ask_for_change(member: Member, new_email: str) -> EmailChange:
    """Write to both mailboxes, and return the change; the address is not changed yet.

    If somebody has the new address, or another form of it, no mail goes there, but the same is done and said: the
    caller cannot tell. Who has another form is told of it. The member must be locked, so that one change is open at a
    time.
    """
    _end_open_changes(member)
    change = EmailChange(member_id=member.id, old_email=member.email, new_email=tidy_address(new_email))
    change.member = member
    db.session.add(change)
    db.session.flush()
    audit.record(member.id, "member.ask_for_email", "member", member.id)
    known = queries.get_member_by_address_key(change.new_email, besides=member)
    if known is not None and known.email != change.new_email:
        _notify_owner(change, known)
    else:
        letter = _write_change_letter(
            "email_change_new", change, links.confirm_email(tokens.make_change_token(change, Mailbox.NEW))
        )
        if known is None:
            _send_change_letter("email_change_new", change, change.new_email, letter)
    _notify_old_mailbox("email_change_old", change)
    return change


def confirm(change: EmailChange) -> bool:
    """Change the address, confirmed from the new mailbox. Return whether it was changed.

    False: too late, or somebody else has the address, or another form of it, meanwhile.
    """
    known = queries.get_member_by_address_key(change.new_email, besides=change.member)
    if not rules.can_be_confirmed(change) or known is not None:
        return False
    change.confirmed_at = now()
    if address_key(change.new_email) != change.member.address_key:
        change.member.is_second_account = False
    change.member.email = change.new_email
    db.session.flush()
    audit.record(change.member_id, "member.change_email", "member", change.member_id)
    _notify_old_mailbox("email_changed", change)
    return True


def stop(change: EmailChange) -> bool:
    """Stop the change, or undo it with every sign-in since, from the old mailbox. Return False if it is too late."""
    if not rules.can_be_stopped(change):
        return False
    was_changed = change.confirmed_at is not None
    if was_changed and not _restore_old_address(change):
        return False
    change.ended_at = now()
    action = "member.undo_email" if was_changed else "member.stop_email"
    audit.record(change.member_id, action, "member", change.member_id)
    return True


def _restore_old_address(change: EmailChange) -> bool:
    """Give the member the old address again, whatever it was changed to since. Return whether that was possible.

    The password is removed, since the person who asked for the change knew it; a new one is set from the old mailbox.
    """
    member = change.member
    owner = queries.get_member_by_email(change.old_email)
    if owner is not None and owner.id != member.id:
        return False
    if address_key(change.old_email) != member.address_key:
        # Who took another form of it meanwhile must not keep the member from coming back.
        another = queries.get_member_by_address_key(change.old_email, besides=member)
        member.is_second_account = another is not None
    member.email, member.password_hash = change.old_email, None
    later = sa.update(EmailChange).where(EmailChange.member_id == member.id, EmailChange.ended_at.is_(None))
    db.session.execute(later.values(ended_at=now()))
    credentials.sign_out_everywhere(member)
    _send_change_letter(
        "email_restored", change, member.email, _write_change_letter("email_restored", change, links.forgot_password())
    )
    return True


def _end_open_changes(member: Member) -> None:
    still_open = sa.update(EmailChange).where(
        EmailChange.member_id == member.id, EmailChange.confirmed_at.is_(None), EmailChange.ended_at.is_(None)
    )
    db.session.execute(still_open.values(ended_at=now()))


def _notify_owner(change: EmailChange, owner: Member) -> None:
    """Tell a member that somebody wants another form of their address."""
    values = {"name": owner.display_name, "email": change.new_email, "own_email": owner.email}
    letter = write_letter("email_variant", owner.locale, values)
    queue_mail("email_variant", owner.email, letter, event_key=f"email_variant {change.id}", member_id=owner.id)


def _notify_old_mailbox(name: str, change: EmailChange) -> None:
    letter = _write_change_letter(name, change, links.stop_email(tokens.make_change_token(change, Mailbox.OLD)))
    _send_change_letter(name, change, change.old_email, letter)


def _write_change_letter(name: str, change: EmailChange, address: str) -> Letter:
    member = change.member
    values = {"name": member.display_name, "new_email": change.new_email, "address": address}
    return write_letter(name, member.locale, values)


def _send_change_letter(name: str, change: EmailChange, to_address: str, letter: Letter) -> None:
    drop_after = change.asked_at + rules.CONFIRM_LIFE if name == "email_change_new" else None
    queue_mail(
        name,
        to_address,
        letter,
        event_key=f"{name} {change.id}",
        member_id=change.member_id,
        drop_after=drop_after,
    )
