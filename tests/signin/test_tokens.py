"""The reset link: ours, in time, once, and only while nothing has changed."""

from datetime import timedelta

import pytest
import time_machine

from community.signin import credentials, passwords, tokens
from models.base import now
from tests.cast import Cast


def test_a_token_opens_its_members_page_only(cast: Cast) -> None:
    token = tokens.make_reset_token(cast.owner)
    assert tokens.read_reset_token(token) == cast.owner.id
    assert tokens.is_reset_token_valid(token, cast.owner)
    assert not tokens.is_reset_token_valid(token, cast.colleague)


@pytest.mark.parametrize("token", ["", "x", "ImFi.x.y", "\u0000", "a" * 5000])
def test_what_is_not_ours_opens_nothing(cast: Cast, token: str) -> None:
    assert tokens.read_reset_token(token) is None
    assert not tokens.is_reset_token_valid(token, cast.owner)


def test_a_changed_token_opens_nothing(cast: Cast) -> None:
    body, stamp, signature = tokens.make_reset_token(cast.owner).rsplit(".", 2)
    assert tokens.read_reset_token(f"{body}x.{stamp}.{signature}") is None
    assert tokens.read_reset_token(f"{body}.{stamp}x.{signature}") is None


def test_a_token_lives_an_hour(cast: Cast) -> None:
    token = tokens.make_reset_token(cast.owner)
    with time_machine.travel(now() + tokens.RESET_LIFE - timedelta(seconds=5), tick=False):
        assert tokens.is_reset_token_valid(token, cast.owner)
    with time_machine.travel(now() + tokens.RESET_LIFE + timedelta(seconds=5), tick=False):
        assert not tokens.is_reset_token_valid(token, cast.owner)


def test_any_new_password_voids_it(cast: Cast) -> None:
    token = tokens.make_reset_token(cast.owner)
    credentials.set_password(cast.owner, passwords.hash_password("another-fine-evening"))
    assert not tokens.is_reset_token_valid(token, cast.owner)


def test_signing_out_everywhere_voids_it(cast: Cast) -> None:
    token = tokens.make_reset_token(cast.owner)
    credentials.sign_out_everywhere(cast.owner)
    assert not tokens.is_reset_token_valid(token, cast.owner)


def test_another_address_voids_it(cast: Cast) -> None:
    token = tokens.make_reset_token(cast.owner)
    cast.owner.email = "elsewhere@example.jp"
    assert not tokens.is_reset_token_valid(token, cast.owner)


def test_a_token_of_before_the_clock_was_set_back_opens_its_page(cast: Cast) -> None:
    token = tokens.make_reset_token(cast.owner)
    with time_machine.travel(now() - timedelta(hours=2), tick=False):
        assert tokens.is_reset_token_valid(token, cast.owner)
    with time_machine.travel(now() - timedelta(days=30), tick=False):
        assert not tokens.is_reset_token_valid(token, cast.owner)
