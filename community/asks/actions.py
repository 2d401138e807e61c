"""Asking somebody for a talk, an interview or a quotation, within the budget of the person and of the company."""

import sqlalchemy as sa

from community import audit
from models.accounts import Account, Member
from models.asks import Ask, AskKind
from models.base import db, now, today

from . import queries
from .rules import Refusal, judge


class AskRefusedError(Exception):
    """The person or the company was asked too often; `refusal` says until when."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class NoReasonError(ValueError):
    """Somebody goes beyond a limit without saying why."""


def ask(
    member: Member, kind: AskKind, subject: tuple[str, int], *, by: Member, override_reason: str | None = None
) -> tuple[Ask, bool]:
    """Note that the person is asked today, and return the ask and whether it is new: for one thing all ask once.

    `override_reason`: why to ask although a limit is reached; None: not to. Raise AskRefusedError or NoReasonError.
    """
    account = member.account
    _lock(member, account)
    known = queries.find_ask(member.id, kind, subject)
    if known is not None and known.taken_back_at is None:
        return known, False
    on, is_override = today(), False
    refusal = judge(*queries.list_days(member.id, account.id if account else None, on), queries.get_limits(), on)
    if refusal is not None:
        if override_reason is None:
            raise AskRefusedError(refusal)
        if not override_reason.strip():
            raise NoReasonError
        is_override = True
    noted = known or Ask(member_id=member.id, kind=kind, subject_kind=subject[0], subject_id=subject[1])
    noted.account_id = account.id if account else None
    noted.asked_by_id, noted.asked_on, noted.asked_at = by.id, on, now()
    noted.is_override, noted.taken_back_at = is_override, None
    db.session.add(noted)
    db.session.flush()
    if is_override:
        after = {"kind": kind.value, "subject_kind": subject[0], "subject_id": subject[1]}
        audit.record(by.id, "asks.override", "member", member.id, after=after, reason=(override_reason or "").strip())
    return noted, True


def take_back(asked: Ask) -> bool:
    """Take back what nobody has answered yet, so that it counts no more; return whether it still counted.

    Whether it was answered is known by what was asked for, which calls this.
    """
    db.session.refresh(asked, with_for_update=True)
    if asked.taken_back_at is not None:
        return False
    asked.taken_back_at = now()
    db.session.flush()
    return True


def _lock(member: Member, account: Account | None) -> None:
    """Let nobody else ask the person or the company meanwhile: persons before companies, as in the whole house."""
    db.session.execute(sa.select(Member.id).where(Member.id == member.id).with_for_update())
    if account is not None:
        db.session.execute(sa.select(Account.id).where(Account.id == account.id).with_for_update())
