"""Computes the present scores again from the raw ledger, as of the day and the records that each was computed from."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.health.actions import SCORE_FIELDS, score_of
from community.health.alarms import FALL_DAYS
from community.health.counting import ledger_counts
from community.health.noted_leavers import NOTHING_NOTED, list_noted
from community.health.policies import Policies, list_policies
from community.health.rosters import Known
from community.health.rules import days_of
from community.health.situations import load_customers, recorded_before, today
from models.accounts import Account, AccountKind
from models.base import db
from models.health import AccountScore, DailyCount

CHUNK = 200
"""Accounts that are read at once."""


class ScoreFault(NamedTuple):
    """A present score that does not agree. `problem`: for the operator."""

    account_id: int
    problem: str


class _State(NamedTuple):
    """What scores were computed as of: after a night it is the same for all."""

    day: date
    read_to: int
    known: Known
    policy_version: int


def list_score_faults() -> Iterator[ScoreFault]:
    """Yield the customers whose score is not the same, to the last bit, when computed again, or is missing.

    Each is computed as of its own day, sequence number and records: acts and days that it does not know yet make it
    outdated, not wrong. Customers of whom nothing is counted may wait for their first score.
    """
    policies = list_policies()
    by_state: defaultdict[_State, dict[int, AccountScore]] = defaultdict(dict)
    chosen = sa.select(AccountScore).join(Account, Account.id == AccountScore.account_id)
    chosen = chosen.where(Account.kind == AccountKind.CUSTOMER).order_by(AccountScore.account_id)
    for score in db.session.scalars(chosen):
        known = Known(score.memberships_to, score.accounts_to)
        by_state[_State(score.day, score.read_to, known, score.policy_version)][score.account_id] = score
    for state, scores in by_state.items():
        # A clock that ran ahead, and what was computed before there were records, is mended within the hour.
        if state.day > today() or not state.known.accounts_to:
            continue
        ids = list(scores)
        for start in range(0, len(ids), CHUNK):
            for account_id, values in _compute(ids[start : start + CHUNK], state, policies).items():
                if any(getattr(scores[account_id], name) != values[name] for name in SCORE_FIELDS):
                    yield ScoreFault(account_id, "cannot be computed again")
    counted = sa.exists().where(DailyCount.account_id == Account.id)
    scored = sa.exists().where(AccountScore.account_id == Account.id)
    missing = sa.select(Account.id).where(Account.kind == AccountKind.CUSTOMER, counted, ~scored)
    for account_id in db.session.scalars(missing.order_by(Account.id)):
        yield ScoreFault(account_id, "missing")


def _compute(account_ids: Collection[int], state: _State, policies: Policies) -> dict[int, dict[str, Any]]:
    """Return the columns of these customers' scores, under the policy of the time: today's may be newer than they."""
    under = Policies([policies.by_version[state.policy_version]])
    customers = replace(load_customers(account_ids, state.known), policies=under)
    counts = ledger_counts(account_ids, state.read_to)
    before = recorded_before(customers, state.day, FALL_DAYS)
    noted = list_noted(account_ids)  # whoever writes a note scores the company anew
    return {
        account_id: score_of(
            customers, account_id, days_of(counts[account_id]), state.day, before, noted.get(account_id, NOTHING_NOTED)
        )
        for account_id in customers.ids
    }
