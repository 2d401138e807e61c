"""Titles that people give the columns of their own files, in Japanese and English, with remarks around them."""

import re
from collections.abc import Sequence

from community import text
from community.table_files import Cells

# Folded, and without what joins words.
_TITLES = {
    "email": (
        "メールアドレス メール eメール 電子メール eメールアドレス 電子メールアドレス メルアド メアド アドレス "
        "pcメール pcメールアドレス 会社メール 会社メールアドレス 会社のメールアドレス "
        "勤務先メール 勤務先メールアドレス "
        "email mail emailaddress mailaddress useremail workemail companyemail"
    ),
    "family_name": "姓 苗字 名字 氏 セイ シ familyname lastname surname",
    "given_name": "名 下の名前 メイ givenname firstname",
    "name": (
        "氏名 名前 お名前 ご氏名 フルネーム 社員名 従業員名 参加者名 "
        "氏名漢字 担当者名 ご担当者名 担当者 表示名 name fullname displayname"
    ),
}
_COLUMNS = {column: frozenset(titles.split()) for column, titles in _TITLES.items()}
# 「会社のメールアドレスを入力してください」, as questionnaires head their columns. `csm_email` may be anybody's.
_LOOSE_EMAIL = re.compile("メールアドレス|mailaddress")
# 「氏名（フリガナ）」 is no name.
_READING = re.compile("フリガナ|ふりがな|フリカナ|カナ|かな|ヨミ|よみ|読み|ローマ字|kana|reading|romaji")
_NOTE = re.compile(r"[(\[【〔〈《「<][^)\]】〕〉》」>]*[)\]】〕〉》」>]|※.*")
_JOINING_SIGNS = re.compile(r"[\s_\-#*:・/\"']")


def is_heading(cells: Cells) -> bool:
    """Return whether the line is a heading: one column is called mail address, and no cell holds an address."""
    return "email" in find_columns(cells, loose=False) and not _has_address(cells)


def is_loose_heading(cells: Cells) -> bool:
    """Return whether the line may be a heading: one of several titles contains the word for mail address."""
    return "email" in find_columns(cells) and not _has_address(cells)


def is_remark(cells: Cells) -> bool:
    """Return whether the line begins with `#`, or is the heading once more where files were put together."""
    return cells[0].lstrip().startswith(("#", "＃")) or is_heading(cells)


def find_columns(heading: Sequence[str], *, loose: bool = True) -> dict[str, list[int]]:
    """Return the numbers of the columns by their meaning; several columns may have one meaning.

    `loose`: without a column called mail address, titles that contain the word count.
    """
    plain = [_normalise_title(title) for title in heading]
    found = {
        column: [number for number, title in enumerate(plain) if title in titles] for column, titles in _COLUMNS.items()
    }
    if loose and not found["email"] and len(plain) > 1:
        found["email"] = [n for n, title in enumerate(plain) if _LOOSE_EMAIL.search(title)]
    if found["family_name"] and not found["given_name"]:
        # 「苗字」「名前」: beside a column of family names the name is the given one.
        found["given_name"], found["name"] = found["name"], []
    return {column: numbers for column, numbers in found.items() if numbers}


def _normalise_title(title: str) -> str:
    """Return the bare title, 「ﾒｰﾙ アドレス（必須）」 as メールアドレス; empty for the column of a reading."""
    folded = text.fold(title.replace("\ufeff", ""))
    return "" if _READING.search(folded) else _JOINING_SIGNS.sub("", _NOTE.sub("", folded)).removesuffix("必須")


def _has_address(cells: Cells) -> bool:
    return any("@" in text.fold(cell) for cell in cells)
