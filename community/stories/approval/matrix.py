"""The consents to one version as a table: each use, what each party said of it, and whether it can be used today."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.stories import queries
from community.stories.consent import consents
from community.stories.consent.consents import AUTHOR, Party
from community.stories.labels import ROLES, USE_NOTES, USES
from community.stories.publishing.end_warnings import WARNINGS
from models.base import day_at
from models.stories import (
    ApprovalAnswer,
    ConsentUse,
    Decision,
    Story,
    StoryApproval,
    StoryApprover,
    StoryConsent,
    StoryVersion,
)

from . import approvals, approvers


class Word(StrEnum):
    """What one party said of one use."""

    GRANTED = "granted"
    WAITING = "waiting"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CHANGES = "changes"  # the approver wants the text changed first
    NOT_ASKED = "not_asked"


class Chip(StrEnum):
    """Whether a use is permitted today."""

    OK = "ok"
    SOON = "soon"
    WAITING = "waiting"
    NO = "no"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True)
class Column:
    """A party: the author, or an approver. `is_waited_for`: nothing was answered yet."""

    role: str
    name: str
    is_waited_for: bool = False


@dataclass(frozen=True)
class Cell:
    """What a party said, and on which day. `by`: who took it back in their place, "" where they did so themselves."""

    word: Word
    on: date | None = None
    by: str = ""


@dataclass(frozen=True)
class Row:
    """A use. `until`: the earliest end that anybody gave, if they all allow it."""

    use: ConsentUse
    label: str
    note: str
    cells: tuple[Cell, ...]
    chip: Chip
    until: date | None = None
    has_no_end: bool = False


@dataclass(frozen=True)
class Remark:
    """What an approver wants changed, or why not, in their words."""

    role: str
    name: str
    on: date
    is_no: bool
    note: str


@dataclass(frozen=True)
class Matrix:
    """The consents to the version with this number. `warned_before`: so many days before an end people are told."""

    number: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    remarks: tuple[Remark, ...]
    warned_before: tuple[int, ...] = WARNINGS


def build_matrix(story: Story, version: StoryVersion, on: date) -> Matrix:
    """Return the table for the day. The story is loaded with its author."""
    named, entries = queries.get_approvers_and_consents(story.id)
    spoken = consents.list_spoken(version, entries)
    asked = [each for each in named if each.removed_at is None or each.id in spoken]
    requests = [each for each in approvals.list_requests(story.id) if each.version_id == version.id]
    last_answers = _last_answers(requests)
    waited_for = {each.approver_id for each in requests if each.answered_at is None and each.revoked_at is None}
    author = Column(_("書いた方"), story.author.display_name)
    columns = [Column(str(ROLES[each.role]), each.name, each.id in waited_for) for each in asked]
    takers = _name_takers(story, entries)
    rows = (_build_row(use, version, asked, entries, last_answers, takers, on) for use in ConsentUse)
    return Matrix(version.number, (author, *columns), tuple(rows), tuple(_list_remarks(requests)))


def build_current_matrix(story: Story, on: date) -> Matrix | None:
    """Return the table of the newest version for the day; None while nothing was submitted."""
    current = approvers.list_current_versions(story.id)
    return build_matrix(story, current[-1], on) if current else None


def _build_row(
    use: ConsentUse,
    version: StoryVersion,
    asked: Collection[StoryApprover],
    entries: Collection[StoryConsent],
    answers: dict[int, ApprovalAnswer],
    takers: Mapping[int, str],
    on: date,
) -> Row:
    author = consents.find_entry(AUTHOR, use, version, entries)
    needed = [AUTHOR, *(Party(each.id) for each in asked if use.value in each.uses)]
    said = [consents.find_entry(party, use, version, entries) for party in needed]
    cells = [_cell(author, takers)]
    for each in asked:
        if use.value not in each.uses or (author is not None and author.decision == Decision.DECLINED):
            cells.append(Cell(Word.NOT_ASKED))
            continue
        entry = consents.find_entry(Party(each.id), use, version, entries)
        wants_changes = entry is None and answers.get(each.id) == ApprovalAnswer.CHANGES
        cells.append(Cell(Word.CHANGES) if wants_changes else _cell(entry, takers))
    granted = [entry for entry in said if entry is not None and entry.decision == Decision.GRANTED]
    is_whole = len(granted) == len(said)
    until = min((entry.until_day for entry in granted if entry.until_day is not None), default=None)
    return Row(
        use=use,
        label=str(USES[use]),
        note=str(USE_NOTES[use]),
        cells=tuple(cells),
        chip=_judge(said, until, on),
        until=until if is_whole else None,
        has_no_end=is_whole and until is None and len(said) > 1,
    )


def _judge(said: Collection[StoryConsent | None], until: date | None, on: date) -> Chip:
    """Return the chip. `said`: by the author and each approver who is asked; without one nothing is permitted."""
    decisions = {entry.decision for entry in said if entry is not None}
    if Decision.WITHDRAWN in decisions:
        return Chip.WITHDRAWN
    if Decision.DECLINED in decisions:
        return Chip.NO
    if None in said or len(said) == 1:
        return Chip.WAITING
    if until is not None and until < on:
        return Chip.ENDED
    return Chip.SOON if consents.ends_soon(until, on) else Chip.OK


def _cell(entry: StoryConsent | None, takers: Mapping[int, str]) -> Cell:
    if entry is None:
        return Cell(Word.WAITING)
    return Cell(Word(entry.decision), day_at(entry.recorded_at), takers.get(entry.id, ""))


def _name_takers(story: Story, entries: Collection[StoryConsent]) -> dict[int, str]:
    """Return who took back what another had said, by the entry of the withdrawal.

    Approvers take back their own words only, by their link.
    """
    taken = [each for each in entries if each.decision == Decision.WITHDRAWN and each.approval_id is None]
    of_others = {
        each.id: each.member_id
        for each in taken
        if each.member_id is not None and (each.approver_id is not None or each.member_id != story.author_id)
    }
    people = accounts.list_members_by_id(set(of_others.values()))
    return {id_: people[member_id].display_name for id_, member_id in of_others.items() if member_id in people}


def _last_answers(requests: Collection[StoryApproval]) -> dict[int, ApprovalAnswer]:
    """Return each approver's last answer. `requests`: the newest first."""
    answered: dict[int, ApprovalAnswer] = {}
    for each in requests:
        if each.answer is not None:
            answered.setdefault(each.approver_id, ApprovalAnswer(each.answer))
    return answered


def _list_remarks(requests: Collection[StoryApproval]) -> list[Remark]:
    return [
        Remark(
            str(ROLES[each.approver.role]),
            each.approver.name,
            day_at(each.answered_at),
            each.answer == ApprovalAnswer.DECLINED,
            each.note,
        )
        for each in requests
        if each.answered_at is not None and each.note
    ]
