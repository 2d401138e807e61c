"""Reads attendance reports: Zoom's of webinars and meetings, in both generations, re-saved or not, and plain tables."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from community.table_files import Cells, Encoding, decode, find_encoding, read_table

from .columns import Block, Column, find_block, find_columns, find_summary, fold
from .times import NotATimeError, is_nothing, read_time

_YES = frozenset({"yes", "true", "1", "はい", "出席", "参加", "出席済み", "参加済み", "○", "〇", "◯", "ja"})
_NO = frozenset({"no", "false", "0", "いいえ", "欠席", "不参加", "×", "✕", "nein"})
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# Headings that only reports of Microsoft Teams have, folded.
_OF_TEAMS = frozenset({"meetingsummary", "会議の要約", "useraction", "firstjoin", "inmeetingduration", "meetingtitle"})


class FaultKind(StrEnum):
    """What is wrong with a line, which is left out."""

    TIME = "time"
    ATTENDED = "attended"
    MINUTES = "minutes"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Fault:
    """A line that was left out. `number`: as people count lines in the file; `value`: what stands there."""

    number: int
    kind: FaultKind
    value: str


@dataclass(frozen=True)
class Stay:
    """One line: somebody who joined once, or who registered and did not come.

    `minutes`: as the report says; None where it does not. `is_waiting`: in the waiting room, which is not yet there.
    """

    number: int
    block: Block
    name: str
    email: str
    company: str
    has_attended: bool
    joined_at: datetime | None
    left_at: datetime | None
    minutes: int | None
    is_waiting: bool


@dataclass(frozen=True)
class Report:
    """A report, with its stays in the order of the file. `began_at`, `ended_at`: of the meeting, where it says so.

    `lists_registered`: it names those who registered and did not come, too.
    """

    topic: str
    began_at: datetime | None
    ended_at: datetime | None
    lists_registered: bool
    stays: Sequence[Stay]
    faults: Sequence[Fault] = field(default_factory=tuple)


class OfTeamsError(Exception):
    """The file is a report of Microsoft Teams."""


class NoPeopleError(Exception):
    """The file has no heading that names people by name or address."""


def read_report(content: bytes, zone: ZoneInfo, encoding: Encoding | None = None) -> Report:
    """Return what the report says, times in this zone.

    Raise OfTeamsError, NoPeopleError, and what `community.table_files` raises for files that are no tables.
    """
    text = decode(content, encoding or find_encoding(content))
    if _is_of_teams(text):
        raise OfTeamsError
    table = read_table(text, lambda cells: bool(find_summary(cells) or find_columns(cells)))
    if table.heading is None:
        raise NoPeopleError
    return _Reader(zone).read(table.lines)


def _is_of_teams(text: str) -> bool:
    cells = {fold(cell) for line in text.splitlines()[:40] for cell in re.split("[\t,]", line.replace('"', ""))}
    return bool(cells & _OF_TEAMS)


@dataclass
class _Reader:
    """Reads line by line: titles of blocks and headings say how what follows is to be read."""

    zone: ZoneInfo
    block: Block = Block.ATTENDEES
    columns: Mapping[Column, int] | None = None
    summary: Mapping[Column, int] | None = None
    topic: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    lists_registered: bool = False
    stays: list[Stay] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    has_heading: bool = False

    def read(self, lines: Sequence[tuple[int, Cells]]) -> Report:
        """Return the report. Raise NoPeopleError."""
        for number, cells in lines:
            self._read_line(number, cells)
        if not self.has_heading:
            raise NoPeopleError
        return Report(self.topic, self.began_at, self.ended_at, self.lists_registered, self.stays, self.faults)

    def _read_line(self, number: int, cells: Cells) -> None:
        block, summary, columns = find_block(cells), find_summary(cells), find_columns(cells)
        if block is not None:
            self.block, self.columns, self.summary = block, None, None
        elif summary is not None:
            self.summary, self.columns = summary, None
        elif columns is not None:
            self.columns, self.summary, self.has_heading = columns, None, True
            self.lists_registered |= self.block == Block.ATTENDEES and Column.ATTENDED in columns
        elif self.summary is not None:
            self._read_summary(cells)
        elif self.columns is not None:
            self._read_stay(number, cells)

    def _read_summary(self, cells: Cells) -> None:
        summary = self.summary or {}
        self.topic = _cell(cells, summary, Column.TOPIC)
        try:
            self.began_at = read_time(_cell(cells, summary, Column.BEGAN), self.zone)
            self.ended_at = read_time(_cell(cells, summary, Column.ENDED), self.zone)
            minutes = _read_minutes(_cell(cells, summary, Column.MINUTES))
        except ValueError:
            # What it was is known by whoever imports it; a date in an unknown form is no reason to refuse people.
            return
        finally:
            self.summary = None
        if self.began_at is not None and self.ended_at is None and minutes is not None:
            self.ended_at = self.began_at + timedelta(minutes=minutes)

    def _read_stay(self, number: int, cells: Cells) -> None:
        columns = self.columns or {}
        email = _read_email(_cell(cells, columns, Column.EMAIL))
        name = _read_name(cells, columns)
        if not email and not name:
            self.faults.append(Fault(number, FaultKind.NOBODY, ""))
            return
        said = {column: _cell(cells, columns, column) for column in columns}
        kind, value = FaultKind.TIME, ""
        try:
            value = said.get(Column.JOINED, "")
            joined_at = read_time(value, self.zone)
            value = said.get(Column.LEFT, "")
            left_at = read_time(value, self.zone)
            kind, value = FaultKind.MINUTES, said.get(Column.MINUTES, "")
            minutes = _read_minutes(value)
            kind, value = FaultKind.ATTENDED, said.get(Column.ATTENDED, "")
            # Without the column everybody on the list was there.
            has_attended = _read_yes(value) if Column.ATTENDED in columns else True
        except ValueError:
            self.faults.append(Fault(number, kind, value))
            return
        is_waiting = _is_yes(said.get(Column.WAITING, ""))
        company = said.get(Column.COMPANY, "")
        company = "" if is_nothing(company) else company
        stay = Stay(number, self.block, name, email, company, has_attended, joined_at, left_at, minutes, is_waiting)
        self.stays.append(stay)


def _cell(cells: Cells, columns: Mapping[Column, int], column: Column) -> str:
    place = columns.get(column)
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _read_email(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).strip().casefold()
    return plain if "@" in plain else ""


def _read_name(cells: Cells, columns: Mapping[Column, int]) -> str:
    """Return the name that was shown; without one, family and given name as they were registered."""
    shown = " ".join(_cell(cells, columns, Column.NAME).split())
    if shown and not is_nothing(shown):
        return shown
    parts = (_cell(cells, columns, column) for column in (Column.LAST_NAME, Column.FIRST_NAME))
    return " ".join(part for part in parts if not is_nothing(part))


def _read_minutes(cell: str) -> int | None:
    """Return whole minutes; None if none are given. Raise ValueError."""
    if is_nothing(cell):
        return None
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", cell).replace("−", "-").replace(",", "").rstrip(" 分"))
    if found is None:
        raise NotATimeError(cell)
    return round(float(found[0]))


def _read_yes(cell: str) -> bool:
    """Return whether it says yes. Raise ValueError."""
    plain = unicodedata.normalize("NFKC", cell).strip().casefold()
    if plain in _YES:
        return True
    if plain in _NO or is_nothing(plain):
        return False
    raise ValueError(cell)


def _is_yes(cell: str) -> bool:
    return unicodedata.normalize("NFKC", cell).strip().casefold() in _YES
