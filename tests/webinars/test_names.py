"""Whose a name may be, and which are nobody's."""

import pytest

from community.webinars.attendance.names import fold_name, is_nobody, suggest_names


@pytest.mark.parametrize(
    "name",
    [
        "第2会議室", "大阪支店 会議室3", "本社ホール", "Meeting Room 4", "iPhone", "iPad (2)", "田中のiPhone",
        "山田の iPad", "DESKTOP-4K2J9", "MacBook Pro", "Zoom user", "ゲスト", "参加者 12", "81300000009",
        "+81 3-0000-0009",
        "81300000009, 電話参加", "大阪支店", "", "　", "iPhone (iPhone)",
    ],
)  # fmt: skip
def test_devices_telephones_and_rooms_are_nobody(name: str) -> None:
    assert is_nobody(name)
    assert suggest_names(name) == []


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("タナベ工業　山田太郎(iPhone)", "山田太郎"),
        ("樫尾＠北斗物流 (樫尾 みのる)", "樫尾 みのる"),
        ("北斗物流‗樫尾 (樫尾 みのる)", "樫尾 みのる"),
        ("株式会社北浜精工_佐伯美咲", "佐伯美咲"),
        ("(株)髙﨑商店／髙﨑ひびき", "髙﨑ひびき"),
        ("ﾐﾅﾄ製作所　霧島", "霧島"),
        ("山田　太郎 様", "山田 太郎"),
        ("iPhone (鈴木一郎)", "鈴木一郎"),
        ("会議室 花子", "花子"),
        ("情報システム部 加藤 恵", "加藤 恵"),
        ("John Smith", "John Smith"),
    ],
)
def test_a_person_is_suggested_without_company_device_and_title(name: str, first: str) -> None:
    assert not is_nobody(name)
    assert suggest_names(name)[0] == first


def test_where_nobody_can_tell_each_part_is_suggested() -> None:
    assert suggest_names("カモメ 鈴木") == ["カモメ 鈴木", "鈴木", "カモメ"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("佐藤 健", "佐藤健"), ("ｻﾄｳ ｹﾝ", "サトウケン"), ("Sato Ken", "ＳＡＴＯ　ＫＥＮ"), ("髙﨑ひびき", "高﨑 ひびき")],
)
def test_names_are_compared_without_widths_and_spaces(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_different_names_stay_different() -> None:
    assert len({fold_name(name) for name in ("佐藤健", "佐藤建", "♪", "★")}) == 4
