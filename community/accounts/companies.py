"""Actions on companies: what is known of them, their segments and stages, and how their contracts end."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple, TypedDict

import sqlalchemy as sa

from community import audit, realtime
from community.accounts import actions, indexing, queries, rules
from community.companies.families import MOST_FLOORS
from models.accounts import Account, AccountKind, MailDomain, Member, Segment, Stage
from models.base import db

# What decides what a company's people may do.
DECISIVE = frozenset({"kind"})
# What decides whether a company has a score, and which band.
DECISIVE_FOR_SCORES = DECISIVE | {"licences"}
# What the audit log calls changes of what is known of a company.
CHANGES = ("account.change", "account.open_phase")


class CompanyCard(TypedDict, total=False):
    """What the staff can say of a company; missing keys leave a value as it is. See `models.accounts.Account`."""

    name: str
    reading: str
    kind: AccountKind
    plan: str
    licences: int | None
    prefecture: int | None
    industry: str
    employees: int | None
    csm_id: int | None
    renews_on: date | None
    parent_id: int | None
    is_name_shown: bool


class PlannedPhase(NamedTuple):
    """The segment and stage of a company from a day on."""

    segment: Segment
    stage: Stage
    from_day: date


class ParentError(ValueError):
    """A company would stand above itself, or in a tree with more than MOST_FLOORS levels."""


class PhaseOrderError(ValueError):
    """A phase would begin in the past, or before one that is planned already."""


def create_company(
    card: CompanyCard, domains: Collection[str], phase: PlannedPhase | None, *, by: Member, today: date
) -> Account:
    """Add a company with its mail domains and its first phase. Return it.

    If it is the vendor's own company and `by` belongs to no company yet (`create-admin`), `by` joins it.
    """
    account = actions.create_account(**card, mail_domains=tuple(domains), by=by)
    if phase is not None:
        actions.open_phase(account, *phase, by=by)
    if account.kind == AccountKind.VENDOR and by.membership is None:
        actions.join_account(by, account, today, by=by)
    return account


def change_company(account: Account, card: CompanyCard, domains: Collection[str], *, by: Member) -> set[str]:
    """Write what differs from what is stored, and return the names of what changed.

    Raises ParentError.
    """
    parent_id = card.get("parent_id")
    if parent_id is not None and not can_be_parent(account.id, parent_id):
        raise ParentError(parent_id)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in card.items():
        if getattr(account, name) != value:
            before[name], after[name] = _as_json(getattr(account, name)), _as_json(value)
            setattr(account, name, value)
    owned = queries.list_mail_domains(account.id)
    if set(owned) != set(domains):
        before["mail_domains"], after["mail_domains"] = sorted(owned), sorted(domains)
        _replace_domains(account, set(owned), set(domains))
    if after:
        indexing.index_accounts(account)
        audit.record(by.id, "account.change", "account", account.id, before=before, after=after)
    if DECISIVE & set(after):
        indexing.index_people_of(account)
        _announce_changed_rights(account)
    return set(after)


def can_be_parent(account_id: int | None, parent_id: int) -> bool:
    """Return whether the company would not stand above itself, nor in a tree of more than MOST_FLOORS levels.

    `account_id` None: a company that is about to be added.
    """
    above = _list_ancestors(parent_id)
    below = _count_floors_below(account_id) if account_id is not None else 0
    return account_id not in above and len(above) + 1 + below <= MOST_FLOORS


def _list_ancestors(account_id: int) -> list[int]:
    """Return the ids of the company itself, its parent, and so on upwards."""
    above: list[int] = []
    current: int | None = account_id
    while current is not None and current not in above:
        above.append(current)
        current = db.session.scalar(sa.select(Account.parent_id).where(Account.id == current))
    return above


def _count_floors_below(account_id: int) -> int:
    """Return how many generations of subsidiaries the company has."""
    floors, known = 0, {account_id}
    below = {account_id}
    while below := set(db.session.scalars(sa.select(Account.id).where(Account.parent_id.in_(below)))) - known:
        floors += 1
        known |= below
    return floors


def change_phase(account: Account, phase: PlannedPhase, *, by: Member, today: date) -> bool:
    """Open a phase unless the newest one has this segment and stage already. Return whether it was opened.

    Raises PhaseOrderError where the past, or a phase that is planned already, would change.
    """
    newest = queries.newest_phase(account.id)
    if newest is not None and (newest.segment, newest.stage) == (phase.segment, phase.stage):
        return False
    if not rules.can_begin_phase(newest, phase.from_day, today):
        raise PhaseOrderError(f"account {account.id}: no phase from {phase.from_day}")
    actions.open_phase(account, *phase, by=by)
    _announce_changed_rights(account)
    return True


def _replace_domains(account: Account, owned: set[str], domains: set[str]) -> None:
    gone = owned - domains
    if gone:
        db.session.execute(
            sa.delete(MailDomain).where(MailDomain.account_id == account.id, MailDomain.domain.in_(gone))
        )
    db.session.add_all(MailDomain(domain=domain, account_id=account.id) for domain in sorted(domains - owned))


def end_contract(account: Account, last_day: date, *, by: Member, reason: str) -> None:
    """Set the last day of the contract. Rules read what follows from that date; no job has to run on it."""
    _set_contract_end(account, last_day, "account.end_contract", by, reason)


def resume_contract(account: Account, *, by: Member, reason: str) -> None:
    """Remove the end of the contract. Days without a score are filled up by the nightly job."""
    _set_contract_end(account, None, "account.resume_contract", by, reason)


def _set_contract_end(account: Account, day: date | None, action: str, by: Member, reason: str) -> None:
    before, account.contract_ended_on = account.contract_ended_on, day
    db.session.flush()
    audit.record(
        by.id,
        action,
        "account",
        account.id,
        before={"contract_ended_on": _as_json(before)},
        after={"contract_ended_on": _as_json(day)},
        reason=reason,
    )
    _announce_changed_rights(account)


def _announce_changed_rights(account: Account) -> None:
    """Tell open pages of the company's people that their rights changed: they depend on kind, phase and contract."""
    for member_id in queries.list_member_ids_of(account.id):
        realtime.reauthorise(f"member:{member_id}")


def _as_json(value: object) -> object:
    """Return the value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date) else value
