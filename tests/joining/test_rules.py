"""Who may invite whom into which company, over the whole cast."""

from community.joining import queries, rules
from tests.cast import Cast

VENDORS = {"community_manager", "cs", "administrator"}


def test_who_may_invite(cast: Cast) -> None:
    people = cast.people().items()
    assert {name for name, member in people if rules.can_invite_anybody(member)} == VENDORS
    assert {name for name, member in people if rules.can_invite(member)} == VENDORS | {"company_admin"}


def test_inviting_into_a_company(cast: Cast) -> None:
    def inviters(account: str) -> set[str]:
        return {n for n, m in cast.people().items() if rules.can_invite_into(m, getattr(cast, account))}

    assert inviters("a") == VENDORS | {"company_admin"}
    assert inviters("b") == VENDORS
    assert inviters("vendor") == {"administrator"}


def test_who_may_be_invited_where(cast: Cast) -> None:
    customers = {cast.a, cast.b, cast.c, cast.prospect_account, cast.partner_account}
    assert set(queries.list_accounts_to_invite_into(cast.administrator)) == {*customers, cast.vendor}
    assert set(queries.list_accounts_to_invite_into(cast.cs)) == customers
    assert queries.list_accounts_to_invite_into(cast.company_admin) == [cast.a]
    assert queries.list_accounts_to_invite_into(cast.owner) == []
