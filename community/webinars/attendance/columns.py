"""Headings of attendance reports in their languages and generations, and the blocks that Zoom puts into one file."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Column(StrEnum):
    """What a column of a report holds."""

    ATTENDED = "attended"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    COMPANY = "company"
    JOINED = "joined"
    LEFT = "left"
    MINUTES = "minutes"
    WAITING = "waiting"
    # of the summary above
    TOPIC = "topic"
    BEGAN = "began"
    ENDED = "ended"
    MEETING = "meeting"


class Block(StrEnum):
    """A block of a report. Who only listened by telephone stands in OTHERS, without an address."""

    HOSTS = "hosts"
    PANELISTS = "panelists"
    ATTENDEES = "attendees"
    OTHERS = "others"


# Zoom's English headings of both generations, its German one, its Japanese ones as far as they were seen, and what
# people write over tables of their own. Folded by `fold`: without brackets, spaces and case.
_HEADINGS: Mapping[Column, Sequence[str]] = {
    Column.ATTENDED: ("attended", "teilgenommen", "出席済み", "参加済み", "出席", "出欠", "出席状況", "参加"),
    Column.NAME: (
        "username", "name", "fullname", "participant", "ユーザー名", "名前", "氏名", "お名前", "参加者", "参加者名",
        "表示名",
    ),
    Column.FIRST_NAME: ("firstname", "vorname", "名"),
    Column.LAST_NAME: ("lastname", "nachname", "姓"),
    Column.EMAIL: (
        "email", "useremail", "emailaddress", "mail", "mailaddress", "メール", "メールアドレス", "eメール",
        "ユーザーのメール", "ユーザーメール",
    ),
    Column.COMPANY: ("organization", "organisation", "company", "会社名", "会社", "組織", "組織名", "企業名", "貴社名"),
    Column.JOINED: ("jointime", "beitrittszeit", "参加時刻", "参加時間", "入室時刻", "入室", "参加日時"),
    Column.LEFT: ("leavetime", "austrittszeit", "退出時刻", "退出時間", "退室時刻", "退室", "退出日時"),
    Column.MINUTES: (
        "timeinsession", "duration", "totalduration", "セッション時間", "所要時間", "合計時間", "参加分数", "滞在時間",
        "視聴時間", "分",
    ),
    Column.WAITING: ("inwaitingroom", "待機室内", "待機室"),
    Column.TOPIC: ("topic", "thema", "トピック"),
    Column.BEGAN: ("actualstarttime", "starttime", "実際の開始時刻", "開始時刻", "開始時間"),
    Column.ENDED: ("endtime", "終了時刻", "終了時間"),
    Column.MEETING: ("webinarid", "meetingid", "id", "ウェビナーid", "ミーティングid"),
}  # fmt: skip
_COLUMNS = {heading: column for column, headings in _HEADINGS.items() for heading in headings}
_ACTUAL_MINUTES = frozenset({"actualduration", "実際の所要時間"})
_BLOCKS: Mapping[str, Block] = {
    "hostdetails": Block.HOSTS,
    "ホストの詳細": Block.HOSTS,
    "panelistdetails": Block.PANELISTS,
    "パネリストの詳細": Block.PANELISTS,
    "attendeedetails": Block.ATTENDEES,
    "出席者の詳細": Block.ATTENDEES,
    "参加者の詳細": Block.ATTENDEES,
    "otherattended": Block.OTHERS,
    "その他の出席者": Block.OTHERS,
    "その他の参加者": Block.OTHERS,
}
# 「User Name (Original Name)」, 「Time in Session (minutes)」: what stands in brackets says no more.
_BRACKETS = re.compile(r"\([^)]*\)")
_SILENT = re.compile(r"[\s_・:#*-]+")
_PEOPLE = frozenset({Column.NAME, Column.EMAIL, Column.FIRST_NAME, Column.LAST_NAME})
_SUMMARY = frozenset({Column.TOPIC, Column.BEGAN, Column.MEETING})


def fold(heading: str) -> str:
    """Return the heading as it is compared."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return _SILENT.sub("", _BRACKETS.sub("", plain))


def find_block(cells: Sequence[str]) -> Block | None:
    """Return the block of which this line is the title; None if it is none. Re-saved files pad it with empty cells."""
    said = [cell for cell in cells if cell.strip()]
    return _BLOCKS.get(fold(said[0])) if len(said) == 1 else None


def find_columns(cells: Sequence[str]) -> Mapping[Column, int] | None:
    """Return where the columns of a table of people are, if this line is its heading, else None.

    Of columns with the same heading the first counts: questions of the registration form come later, or have others.
    """
    found = _find(cells)
    is_table = Column.EMAIL in found or Column.NAME in found or {Column.FIRST_NAME, Column.LAST_NAME} <= found.keys()
    others = found.keys() - _PEOPLE
    if not is_table or _is_summary(found) or not (others or len(found) > 1):
        return None
    return {column: place for column, place in found.items() if column not in _SUMMARY | {Column.ENDED}}


def find_summary(cells: Sequence[str]) -> Mapping[Column, int] | None:
    """Return where the summary's columns are, if this line is the heading of the block that says what it was."""
    found = _find(cells)
    return found if _is_summary(found) else None


def _is_summary(found: Mapping[Column, int]) -> bool:
    return len(_SUMMARY & found.keys()) > 1


def _find(cells: Sequence[str]) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        folded = fold(cell)
        column = Column.MINUTES if folded in _ACTUAL_MINUTES else _COLUMNS.get(folded)
        if column is not None:
            found.setdefault(column, place)
    return found
