# ruff: noqa: E501  lines of a mail are as long as they are
"""Mails about changes of passwords, addresses and second factors."""

import pytest
from flask import Flask
from inline_snapshot import snapshot

from community.mail.letters import write_letter
from tests.mail.test_letters import as_read

VALUES = {"name": "佐伯 裕子", "address": "https://example.jp/me/two-step"}
ADDRESS = {"name": "佐伯 裕子", "new_email": "saeki@example.jp", "address": "https://example.jp/email/TOKEN"}
LETTERS = {
    **dict.fromkeys(("second_factor_on", "second_factor_off", "second_factor_reset"), VALUES),
    **dict.fromkeys(("email_change_new", "email_change_old", "email_changed", "email_restored"), ADDRESS),
}


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> str:
    """A letter asks no database."""
    return request.param


def test_in_japanese(app: Flask) -> None:
    assert [as_read(write_letter(name, "ja", values)) for name, values in LETTERS.items()] == snapshot(
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
            """\
新しいメールアドレスの確認

佐伯 裕子 さん

クミヒモ ユーザー会 のアドレスを saeki@example.jp に変える手続きを受けつけました。

次のページを開いて、新しいアドレスを確かめてください。
https://example.jp/email/TOKEN

このリンクは1日だけ有効です。心当たりがないときは、このメールを捨ててください。何も起こりません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
メールアドレスの変更を受けつけました

佐伯 裕子 さん

クミヒモ ユーザー会 のアドレスを saeki@example.jp に変える手続きを受けつけました。新しいアドレスが確かめられると、変わります。

心当たりがないときは、次のページで変更を止めて、パスワードを変えてください。
https://example.jp/email/TOKEN

心当たりがあれば、何もしなくてかまいません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
メールアドレスが変わりました

佐伯 裕子 さん

クミヒモ ユーザー会 のアドレスが saeki@example.jp に変わりました。

心当たりがないときは、次のページでもとのアドレスに戻してください。変わってから7日のあいだ戻せます。
https://example.jp/email/TOKEN

このアドレスには、これから届きません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
メールアドレスをもとに戻しました

佐伯 裕子 さん

クミヒモ ユーザー会 のアドレスを、このアドレスに戻しました。すべての端末でサインアウトしています。

次のページで、パスワードを決めなおしてください。
https://example.jp/email/TOKEN

だれかがパスワードを知っているかもしれません。運営にも知らせてください。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
        ]
    )


def test_in_english(app: Flask) -> None:
    assert [as_read(write_letter(name, "en", values)) for name, values in LETTERS.items()] == snapshot(
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
            """\
Confirm your new mail address

Dear 佐伯 裕子,

Somebody asked to change your address for クミヒモ ユーザー会 to saeki@example.jp.

Open the following page to confirm the new address.
https://example.jp/email/TOKEN

The link works for one day. If you did not expect this, throw this mail away. Nothing will happen.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
A change of your mail address was asked for

Dear 佐伯 裕子,

Somebody asked to change your address for クミヒモ ユーザー会 to saeki@example.jp. It changes once the new address is confirmed.

If this was not you, stop the change on the following page and change your password.
https://example.jp/email/TOKEN

If it was you, there is nothing to do.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
Your mail address was changed

Dear 佐伯 裕子,

Your address for クミヒモ ユーザー会 is now saeki@example.jp.

If this was not you, go back to the old address on the following page. You can do so for 7 days after the change.
https://example.jp/email/TOKEN

No more mail will come to this address.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
            """\
Your mail address is the old one again

Dear 佐伯 裕子,

Your address for クミヒモ ユーザー会 is this one again. All devices have been signed out.

Choose a new password on the following page.
https://example.jp/email/TOKEN

Somebody may know your password. Please tell the community team, too.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""",
        ]
    )


@pytest.mark.parametrize("name", LETTERS)
def test_both_bodies_say_the_same(app: Flask, name: str) -> None:
    letter = write_letter(name, "ja", LETTERS[name])
    for line in letter.text.splitlines():
        assert line in ("", "--") or line in letter.html
