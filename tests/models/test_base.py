"""Transactions, and what happens after them."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from models.accounts import Account
from models.base import UTCDateTime, after_commit, db, is_among, set_reading, transaction


def count_accounts() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Account)) or 0


def test_after_commit_runs_once_and_only_after_a_commit(app: Flask) -> None:
    calls: list[str] = []
    with transaction():
        after_commit(lambda: calls.append("sent"))
        assert calls == []
    assert calls == ["sent"]
    with pytest.raises(LookupError), transaction():
        after_commit(lambda: calls.append("never"))
        raise LookupError
    assert calls == ["sent"]


def test_the_same_call_asked_for_twice_is_made_once(app: Flask) -> None:
    calls: list[str] = []
    with transaction():
        for call in (calls.clear, calls.copy, calls.clear):
            after_commit(call)
        assert db.session().info["after_commit"] == [calls.clear, calls.copy]


def test_a_failing_courtesy_does_not_fail_the_act(app: Flask) -> None:
    def fail() -> None:
        raise ConnectionError

    with transaction():
        db.session.add(Account(name="㈱こゆき"))
        after_commit(fail)
    assert count_accounts() == 1


def test_an_error_leaves_nothing_half_done(app: Flask) -> None:
    with pytest.raises(LookupError), transaction():
        db.session.add(Account(name="㈱こゆき"))
        db.session.flush()
        raise LookupError
    assert count_accounts() == 0


def test_only_the_edge_opens_a_transaction(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="edge"), transaction(), transaction():
        pass


def test_a_get_cannot_write(app: Flask) -> None:
    set_reading(True)
    try:
        with pytest.raises(RuntimeError, match="GET"), transaction():
            pass
    finally:
        set_reading(False)


def test_times_come_back_aware_and_naive_ones_are_refused(app: Flask) -> None:
    at = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
    with transaction():
        db.session.add(Account(name="㈱こゆき", created_at=at))
    db.session.expire_all()
    assert db.session.scalars(sa.select(Account.created_at)).one() == at
    with pytest.raises(ValueError, match="naive"):
        UTCDateTime().process_bind_param(datetime(2026, 1, 1), sa.create_engine("sqlite://").dialect)  # noqa: DTZ001


@pytest.mark.parametrize("more", [0, 1, 40_000])
def test_among_many_numbers_is_in_a_list_of_them(app: Flask, more: int) -> None:
    with transaction():
        accounts = [Account(name=f"第{n}株式会社") for n in range(3)]
        db.session.add_all(accounts)
    one, _, other = (account.id for account in accounts)
    for wanted in ([], [one], [other, one, one]):
        numbers = [*wanted, *range(other + 1, other + 1 + more)]
        found = set(db.session.scalars(sa.select(Account.id).where(is_among(Account.id, numbers))))
        assert found == set(db.session.scalars(sa.select(Account.id).where(Account.id.in_(wanted)))) == set(wanted)
