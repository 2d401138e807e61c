"""Companies with the same topmost parent are one company wherever a rule says "another company"."""

from itertools import pairwise

import pytest

from community.accounts import actions
from community.companies.families import MOST_FLOORS, find_topmost, is_same_family, list_topmost_parents
from models.accounts import Account
from models.base import db
from tests.cast import Cast
from tests.forums.conftest import counting_queries


@pytest.fixture
def chain(cast: Cast) -> list[Account]:
    """As deep as a family can be; the topmost first."""
    chain = [actions.create_account(f"第{n}社") for n in range(MOST_FLOORS)]
    for above, below in pairwise(chain):
        below.parent_id = above.id
    db.session.flush()
    return chain


def test_all_floors_of_a_family_have_one_topmost_parent(cast: Cast, chain: list[Account]) -> None:
    with counting_queries() as statements:
        found = list_topmost_parents([cast.a.id, *(account.id for account in chain)])
    assert found == {cast.a.id: cast.a.id, **{account.id: chain[0].id for account in chain}}
    assert len(statements) == 1
    parents = {below.id: above.id for above, below in pairwise(chain)}
    assert {account.id: find_topmost(account.id, parents) for account in chain} == {
        account.id: chain[0].id for account in chain
    }


def test_sisters_and_floors_are_family_and_strangers_are_not(cast: Cast, chain: list[Account]) -> None:
    cast.b.parent_id = chain[1].id
    db.session.flush()
    everybody = [*chain, cast.b]
    assert all(is_same_family(one, other) for one in everybody for other in everybody)
    assert not any(is_same_family(one, other) for one in everybody for other in (cast.a, cast.vendor, None))
    assert is_same_family(None, None)  # as it was: of two who belong to no company, neither is of another one


def test_one_query_at_most_and_none_among_companies_without_a_parent(cast: Cast, chain: list[Account]) -> None:
    costs = []
    for one, other in ((cast.a, cast.b), (cast.a, cast.a), (chain[-1], chain[1]), (chain[0], chain[-1])):
        with counting_queries() as statements:
            is_same_family(one, other)
        costs.append(len(statements))
    assert costs == [0, 0, 1, 1]
