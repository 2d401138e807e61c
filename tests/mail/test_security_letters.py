# ruff: noqa: E501  lines of a mail are as long as they are
"""What people are told when the keys of their account change."""

import pytest
from flask import Flask
from inline_snapshot import snapshot

from community.mail.letters import write_letter
from tests.mail.test_letters import as_read

VALUES = {"name": "佐伯 裕子", "address": "https://example.jp/me/two-step"}
LETTERS = ("second_factor_on", "second_factor_off", "second_factor_reset")


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> str:
    """A letter asks no database."""
    return request.param


def test_in_japanese(app: Flask) -> None:
    assert [as_read(write_letter(name, "ja", VALUES)) for name in LETTERS] == snapshot(
        [
            """\
2段階認証をはじめました

佐伯 裕子 さん

クミヒモ ユーザー会 で2段階認証がはじまりました。これからは、サインインのたびに認証アプリのコードも確かめます。
https://example.jp/me/two-step

心当たりがないときは、すぐにパスワードを変えて、運営に知らせてください。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
2段階認証をやめました

佐伯 裕子 さん

クミヒモ ユーザー会 の2段階認証が止まりました。これからは、パスワードだけでサインインできます。
https://example.jp/me/two-step

心当たりがないときは、すぐにパスワードを変えて、運営に知らせてください。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
2段階認証が解除されました

佐伯 裕子 さん

ご連絡を受けて、運営が クミヒモ ユーザー会 の2段階認証を解除しました。パスワードでサインインして、もう一度設定してください。
https://example.jp/me/two-step

心当たりがないときは、すぐにパスワードを変えて、運営に知らせてください。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
        ]
    )


def test_in_english(app: Flask) -> None:
    assert [as_read(write_letter(name, "en", VALUES)) for name in LETTERS] == snapshot(
        [
            """\
Two-step verification is on

Dear 佐伯 裕子,

Two-step verification is now on for クミヒモ ユーザー会. From now on, each sign-in also asks for a code from your authenticator app.
https://example.jp/me/two-step

If this was not you, change your password at once and tell the community team.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
Two-step verification is off

Dear 佐伯 裕子,

Two-step verification is now off for クミヒモ ユーザー会. From now on, your password alone signs you in.
https://example.jp/me/two-step

If this was not you, change your password at once and tell the community team.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
Two-step verification was reset

Dear 佐伯 裕子,

At your request, the community team reset two-step verification for クミヒモ ユーザー会. Sign in with your password and set it up again.
https://example.jp/me/two-step

If this was not you, change your password at once and tell the community team.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
        ]
    )


@pytest.mark.parametrize("name", LETTERS)
def test_both_bodies_say_the_same(app: Flask, name: str) -> None:
    letter = write_letter(name, "ja", VALUES)
    for line in letter.text.splitlines():
        assert line in ("", "--") or line in letter.html
