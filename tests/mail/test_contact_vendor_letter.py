"""What the vendor reads when a company's administrator writes to them."""

import pytest
from flask import Flask
from inline_snapshot import snapshot

from community.mail.letters import write_letter

pytestmark = pytest.mark.one_database

VALUES = {
    "company": "株式会社北浜精工",
    "name": "佐伯 美咲",
    "email": "saeki@kitahama.example.jp",
    "text": "リアクションは\n<b>記録しないで</b>ください。",
}


def read(locale: str, matter: str) -> str:
    letter = write_letter("contact_vendor", locale, {**VALUES, "matter": matter})
    assert "<b>記録" not in letter.html
    return f"{letter.subject}\n\n{letter.text}"


def test_an_objection(app: Flask) -> None:
    assert read("ja", "records") == snapshot("""\
株式会社北浜精工：記録への異議

株式会社北浜精工の管理者、佐伯 美咲さん（saeki@kitahama.example.jp）から。

リアクションは
<b>記録しないで</b>ください。

返事は、上のアドレスに直接送ってください。

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")


def test_the_wish_to_leave_in_english(app: Flask) -> None:
    assert read("en", "ending") == snapshot("""\
株式会社北浜精工 wishes to leave

From 佐伯 美咲 (saeki@kitahama.example.jp), administrator of 株式会社北浜精工.

リアクションは
<b>記録しないで</b>ください。

Please answer directly to the address above.

--
クミヒモ ユーザー会（株式会社クミヒモ）
""")
