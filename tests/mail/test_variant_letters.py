# ruff: noqa: E501  lines of a mail are as long as they are
"""Mails to members about other forms of their address."""

import pytest
from inline_snapshot import snapshot

from tests.mail.test_letters import INVITATION, JOINING, Write, as_read, write

__all__ = ["write"]
pytestmark = pytest.mark.one_database


def test_join_variant(write: Write) -> None:
    values = {**JOINING, "email": "saeki+2@kitahama.example.jp", "own_email": "saeki@kitahama.example.jp"}
    assert as_read(write("join_variant", "ja", values)) == snapshot("""\
クミヒモ ユーザー会 には、もう参加しています

saeki+2@kitahama.example.jp で参加しようとした方がいますが、メンバーであるあなたのアドレス（saeki@kitahama.example.jp）と書き方が違うだけなので、新しい参加の手続きはしていません。

ご本人なら、いまのアドレス（saeki@kitahama.example.jp）でサインインしてください。
https://example.jp/sign-in

パスワードを忘れたときは、次のページから決めなおせます。
https://example.jp/password/forgot

会社が変わった方は、新しい会社の管理者に招待を頼んでください。
心当たりがないときは、このメールを捨ててください。何も起こりません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_an_invitation_for_another_form_of_an_address_says_so(write: Write) -> None:
    values = {**INVITATION, "email": "saeki+2@kitahama.example.jp", "own_email": "saeki@kitahama.example.jp"}
    letter = write("invitation", "ja", values)
    sentence = (
        "招待に書かれたアドレスは saeki+2@kitahama.example.jp ですが、メンバーであるあなたのアドレス"
        "（saeki@kitahama.example.jp）と書き方が違うだけなので、こちらに送っています。"
    )
    assert f"招待されています。\n{sentence}\n\n次のページ" in letter.text
    assert sentence in letter.html


def test_email_variant(write: Write) -> None:
    values = {"name": "佐伯 裕子", "email": "saeki+2@kitahama.example.jp", "own_email": "saeki@kitahama.example.jp"}
    letter = write("email_variant", "ja", values)
    assert as_read(letter) == snapshot("""\
あなたのアドレスと同じと見なされるアドレスの申し込みがありました

佐伯 裕子 さん

ほかのメンバーが、アドレスを saeki+2@kitahama.example.jp に変えようとしました。
メンバーであるあなたのアドレス（saeki@kitahama.example.jp）と書き方が違うだけなので、変更の手続きはしていません。
ご本人が別のログインから申し込んだのなら、saeki@kitahama.example.jp のログインを使ってください。心当たりがないときは、何もする必要はありません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    for line in letter.text.splitlines():
        assert line == "--" or line in letter.html
