"""How companies are called before others."""

import pytest
from flask import Flask

from community.accounts import labels
from models.accounts import Account
from tests.cast import Cast


@pytest.mark.parametrize(
    ("employees", "band"),
    [
        (None, ""), (1, "1〜49名"), (49, "1〜49名"), (50, "50〜99名"), (299, "100〜299名"), (999, "300〜999名"),
        (1000, "1,000名以上"), (50_000, "1,000名以上"),
    ],
)  # fmt: skip
def test_sizes_are_said_in_bands(app: Flask, employees: int | None, band: str) -> None:
    assert labels.size_band(employees) == band


def test_a_label_says_what_is_known(app: Flask) -> None:
    assert labels.company_label(Account(name="秘密", industry="製造業", employees=320)) == "製造業・300〜999名"
    assert labels.company_label(Account(name="秘密", industry="製造業")) == "製造業"
    assert labels.company_label(Account(name="秘密", industry="")) == ""
    assert labels.company_label(None) == ""


def test_a_company_is_shown_by_name_to_its_own_and_to_staff(cast: Cast) -> None:
    shown = {name: labels.company_shown(cast.a, member) for name, member in cast.people().items()}
    assert {name for name, text in shown.items() if text == cast.a.name} == {
        "owner", "colleague", "company_admin", "community_manager", "cs", "administrator",
    }  # fmt: skip
    assert set(shown.values()) == {cast.a.name, "製造業・300〜999名"}
    assert labels.company_shown(cast.a, None) == "製造業・300〜999名"
    assert labels.company_shown(None, cast.owner) == ""
