"""Which passwords are taken, and how they are kept."""

import unicodedata

import pytest
from argon2 import PasswordHasher
from flask import Flask

from community.accounts import passwords


@pytest.mark.parametrize(
    "password",
    [
        "password123", "Password!!", "P@ssw0rd2024", "passwordpassword", "1234567890", "9876543210", "qwertyuiop",
        "aaaaaaaaaa", "ababababab", "abcdeabcde", "sakura2024!", "doraemon12", "iloveyou!!!", "saeki12345",
        "saeki.m2024", "saeki@kitahama.example", "kitahama2024", "1qaz2wsx3edc", "tsudoi2026",
        "さえきさえき12", "佐伯裕子佐伯裕子",
    ],
)  # fmt: skip
def test_what_everybody_would_try_is_refused(password: str) -> None:
    assert passwords.is_guessable(password, "saeki@kitahama.example", "saeki_m", "佐伯裕子", "さえき")


@pytest.mark.parametrize(
    "password",
    ["hinata-no-engawa", "ひなたのえんがわでねこ", "correct horse battery", "saeki likes long walks", "xK9!vm2#pQ"],
)
def test_what_is_long_and_ones_own_is_taken(password: str) -> None:
    assert not passwords.is_guessable(password, "saeki@kitahama.example", "saeki_m", "佐伯裕子")


def test_the_right_password_fits_its_hash_only(app: Flask) -> None:
    kept = passwords.hash_password("ひなたのえんがわ")
    assert passwords.check_password("ひなたのえんがわ", kept)
    assert not passwords.check_password("ひなたのえんがわ ", kept)
    assert not passwords.check_password("nobody", None)
    assert not passwords.check_password("nobody", "not a hash")
    assert kept.startswith("$argon2id$")


def test_however_a_keyboard_composes_it(app: Flask) -> None:
    kept = passwords.hash_password(unicodedata.normalize("NFC", "がぎぐげご-ＡＢＣ"))
    assert passwords.check_password(unicodedata.normalize("NFD", "がぎぐげご-ABC"), kept)


def test_a_hash_of_other_costs_is_outdated(app: Flask) -> None:
    assert not passwords.is_outdated(passwords.hash_password("hinata-no-engawa"))
    assert passwords.is_outdated(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash("hinata-no-engawa"))
