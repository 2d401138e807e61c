"""The mails as people read them, in both languages."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from flask import Flask
from inline_snapshot import snapshot

from community.mail.letters import Letter, write_letter

pytestmark = pytest.mark.one_database

INVITATION = {
    "inviter": "高瀬 涼子",
    "company": "株式会社北浜精工",
    "address": "https://example.jp/invitations/TOKEN",
    "expires_at": datetime(2026, 12, 6, 3, 0, tzinfo=UTC),
}
RESET = {"name": "佐伯 裕子", "address": "https://example.jp/password/reset/TOKEN"}
CHANGED = {"name": "佐伯 裕子", "address": "https://example.jp/password/forgot"}
JOINING = {
    "email": "shinjin@kitahama.example.jp",
    "company": "株式会社北浜精工",
    "address": "https://example.jp/join/confirm/TOKEN",
    "sign_in": "https://example.jp/sign-in",
    "forgot_password": "https://example.jp/password/forgot",
    "expires_at": datetime(2026, 12, 6, 3, 0, tzinfo=UTC),
}

Write = Callable[[str, str, Mapping[str, object]], Letter]


@pytest.fixture
def write(app: Flask) -> Write:
    return write_letter


def as_read(letter: Letter) -> str:
    return f"{letter.subject}\n\n{letter.text}"


def test_invitation(write: Write) -> None:
    assert as_read(write("invitation", "ja", INVITATION)) == snapshot("""\
クミヒモ ユーザー会 への招待

高瀬 涼子さんから、株式会社北浜精工の一員として クミヒモ ユーザー会 に招待されています。

次のページを開いて、参加してください。
https://example.jp/invitations/TOKEN

この招待は2026年12月6日まで有効です。一度だけ使えます。
心当たりがないときは、このメールを捨ててください。何も起こりません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("invitation", "en", INVITATION)) == snapshot("""\
Invitation to クミヒモ ユーザー会

高瀬 涼子 invites you to join クミヒモ ユーザー会 as a member of 株式会社北浜精工.

Open the following page to join.
https://example.jp/invitations/TOKEN

The invitation is valid until December 6, 2026 and can be used once.
If you did not expect this, throw this mail away. Nothing will happen.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_password_reset(write: Write) -> None:
    assert as_read(write("password_reset", "ja", RESET)) == snapshot("""\
パスワードを決めなおすためのリンク

佐伯 裕子 さん

パスワードを決めなおすには、次のページを開いてください。
https://example.jp/password/reset/TOKEN

このリンクは3時間だけ有効で、一度だけ使えます。
心当たりがないときは、このメールを捨ててください。パスワードは変わりません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("password_reset", "en", RESET)) == snapshot("""\
Link for choosing a new password

Dear 佐伯 裕子,

To choose a new password, open the following page.
https://example.jp/password/reset/TOKEN

The link works for three hours and can be used once.
If you did not ask for this, throw this mail away. Your password stays as it is.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_password_changed(write: Write) -> None:
    assert as_read(write("password_changed", "ja", CHANGED)) == snapshot("""\
パスワードが変わりました

佐伯 裕子 さん

クミヒモ ユーザー会 のパスワードが変わり、ほかの端末ではサインアウトしました。

心当たりがないときは、すぐに次のページでパスワードを決めなおし、運営に知らせてください。
https://example.jp/password/forgot

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("password_changed", "en", CHANGED)) == snapshot("""\
Your password was changed

Dear 佐伯 裕子,

Your password for クミヒモ ユーザー会 was changed, and other devices were signed out.

If this was not you, choose a new password at once on the following page and tell the community team.
https://example.jp/password/forgot

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_join_confirm(write: Write) -> None:
    assert as_read(write("join_confirm", "ja", JOINING)) == snapshot("""\
クミヒモ ユーザー会 に参加するための確認

株式会社北浜精工の一員として クミヒモ ユーザー会 に参加する手続きです。

次のページを開いて、名前とパスワードを決めてください。
https://example.jp/join/confirm/TOKEN

このリンクは2026年12月6日まで有効です。一度だけ使えます。
心当たりがないときは、このメールを捨ててください。何も起こりません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("join_confirm", "en", JOINING)) == snapshot("""\
Confirm your address to join クミヒモ ユーザー会

This is how you join クミヒモ ユーザー会 as a member of 株式会社北浜精工.

Open the following page to choose your name and password.
https://example.jp/join/confirm/TOKEN

The link is valid until December 6, 2026 and can be used once.
If you did not expect this, throw this mail away. Nothing will happen.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_join_known(write: Write) -> None:
    assert as_read(write("join_known", "ja", JOINING)) == snapshot("""\
クミヒモ ユーザー会 には、もう参加しています

shinjin@kitahama.example.jp で参加しようとした方がいますが、このアドレスはもうメンバーのものです。

ご本人なら、次のページからサインインしてください。
https://example.jp/sign-in

パスワードを忘れたときは、次のページから決めなおせます。
https://example.jp/password/forgot

会社が変わった方は、新しい会社の管理者に招待を頼んでください。
心当たりがないときは、このメールを捨ててください。何も起こりません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("join_known", "en", JOINING)) == snapshot("""\
You are a member of クミヒモ ユーザー会 already

Somebody tried to join with shinjin@kitahama.example.jp, but that address belongs to a member already.

If it was you, sign in on the following page.
https://example.jp/sign-in

If you have forgotten your password, choose a new one on the following page.
https://example.jp/password/forgot

If you have changed companies, ask the administrator of your new company for an invitation.
If you did not expect this, throw this mail away. Nothing will happen.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_join_unknown(write: Write) -> None:
    assert as_read(write("join_unknown", "ja", JOINING)) == snapshot("""\
クミヒモ ユーザー会 への参加について

shinjin@kitahama.example.jp で参加しようとした方がいますが、このアドレスだけでは参加できません。

ここは 株式会社クミヒモ のお客さまとパートナーのための会です。
会社の管理者か、ご担当の者に招待を頼んでください。届いた招待状のリンクから参加できます。

会社のメールアドレスがあるときは、そのアドレスで試してみてください。
心当たりがないときは、このメールを捨ててください。何も起こりません。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")
    assert as_read(write("join_unknown", "en", JOINING)) == snapshot("""\
About joining クミヒモ ユーザー会

Somebody tried to join with shinjin@kitahama.example.jp, but that address alone does not open the door.

This community is for customers and partners of 株式会社クミヒモ.
Ask your company’s administrator, or your contact there, for an invitation, and join by the link in it.

If you have a mail address of your company, try that one.
If you did not expect this, throw this mail away. Nothing will happen.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_html_of_the_invitation(write: Write) -> None:
    html = write("invitation", "ja", INVITATION).html
    assert html[html.index("<main>") : html.index("</main>")] == snapshot("""\
<main>
      <header>クミヒモ ユーザー会</header>
  <p>高瀬 涼子さんから、株式会社北浜精工の一員として クミヒモ ユーザー会 に招待されています。</p>
  <p><a class="act" href="https://example.jp/invitations/TOKEN">参加する</a></p>
  <p class="address">https://example.jp/invitations/TOKEN</p>
  <p>この招待は2026年12月6日まで有効です。一度だけ使えます。</p>
  <p>心当たりがないときは、このメールを捨ててください。何も起こりません。</p>
      <footer>クミヒモ ユーザー会（株式会社クミヒモ）</footer>
    \
""")
    assert '<html lang="ja">' in html


@pytest.mark.parametrize(
    "name",
    ["invitation", "password_reset", "password_changed", "join_confirm", "join_known", "join_variant", "join_unknown"],
)
def test_both_bodies_say_the_same(write: Write, name: str) -> None:
    values = {**JOINING, **INVITATION, **RESET, "own_email": "s@kitahama.example.jp"}
    letter = write(name, "ja", values)
    for line in letter.text.splitlines():
        if line and line != "--" and "次のページを開いて、参加" not in line:
            assert line in letter.html


def test_hostile_names_stay_text(write: Write) -> None:
    values = {**INVITATION, "inviter": "<script>alert(1)</script>", "company": "A&B\nBcc: x@evil.example"}
    letter = write("invitation", "ja", values)
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "<script>alert(1)</script>" in letter.text
    assert "\n" not in letter.subject
