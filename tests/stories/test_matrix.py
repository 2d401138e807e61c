"""The table of consents: what each party said, and whether a use is permitted today."""

from datetime import date, timedelta

import pytest

from community.stories import queries as stories
from community.stories.approval import approvers, withdrawals
from community.stories.approval.matrix import Chip, Matrix, Row, Word, build_current_matrix, build_matrix
from models.base import today
from models.stories import ApprovalAnswer, ConsentUse
from tests.cast import Cast
from tests.stories.asking import answer, ask, submit
from tests.stories.telling import add_approver, write_story

pytestmark = pytest.mark.one_database
PUBLIC, MEMBERS, PRESS = ConsentUse.PUBLIC_WEB, ConsentUse.MEMBERS, ConsentUse.PRESS


def row_of(matrix: Matrix, use: ConsentUse) -> Row:
    return next(row for row in matrix.rows if row.use == use)


def test_what_everybody_said(cast: Cast) -> None:
    end = today() + timedelta(days=91)
    story, version = submit(cast, {PUBLIC: None, MEMBERS: end})
    boss = ask(story, cast, add_approver(story, cast.cs))
    ask(story, cast, add_approver(story, cast.cs, [PUBLIC], "koho@asahi.example.jp"))
    answer(boss, ApprovalAnswer.APPROVED, {PUBLIC: None, MEMBERS: end})
    matrix = build_matrix(stories.load_with_people(story.id), version, today())
    assert [(column.name, column.is_waited_for) for column in matrix.columns] == [
        ("青木 陽子", False), ("大西 健吾", False), ("大西 健吾", True),
    ]  # fmt: skip
    public, members, press = (row_of(matrix, use) for use in (PUBLIC, MEMBERS, PRESS))
    assert [cell.word for cell in public.cells] == [Word.GRANTED, Word.GRANTED, Word.WAITING]
    assert (public.chip, public.until, public.has_no_end) == (Chip.WAITING, None, False)
    assert [cell.word for cell in members.cells] == [Word.GRANTED, Word.GRANTED, Word.NOT_ASKED]
    assert (members.chip, members.until) == (Chip.OK, end)
    assert [cell.word for cell in press.cells] == [Word.DECLINED, Word.NOT_ASKED, Word.NOT_ASKED]
    assert press.chip == Chip.NO


@pytest.mark.parametrize(("days_before", "chip"), [(91, Chip.OK), (90, Chip.SOON), (0, Chip.SOON), (-1, Chip.ENDED)])
def test_an_end_comes_near(cast: Cast, days_before: int, chip: Chip) -> None:
    end = today() + timedelta(days=200)
    story, version = submit(cast, {MEMBERS: end})
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: end})
    matrix = build_matrix(stories.load_with_people(story.id), version, end - timedelta(days=days_before))
    assert row_of(matrix, MEMBERS).chip == chip


def test_without_an_approver_everything_waits(cast: Cast) -> None:
    story, version = submit(cast)
    matrix = build_matrix(story, version, today())
    assert {row.chip for row in matrix.rows} == {Chip.WAITING}
    assert not any(row.has_no_end for row in matrix.rows)


def test_a_wish_for_changes_is_no_consent_and_stands_in_words(cast: Cast) -> None:
    story, version = submit(cast)
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.CHANGES, note="数字を確かめたいです。")
    matrix = build_matrix(stories.load_with_people(story.id), version, today())
    assert {row.cells[1].word for row in matrix.rows} == {Word.CHANGES}
    assert [(remark.note, remark.is_no) for remark in matrix.remarks] == [("数字を確かめたいです。", False)]


def test_what_was_withdrawn_says_so(cast: Cast) -> None:
    story, version = submit(cast)
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: None, PUBLIC: None})
    withdrawals.withdraw_by_link(approval, {MEMBERS})
    matrix = build_matrix(stories.load_with_people(story.id), version, today())
    assert row_of(matrix, MEMBERS).chip == Chip.WITHDRAWN
    assert row_of(matrix, PUBLIC).chip == Chip.OK


def test_who_took_back_what_another_said_is_named(cast: Cast) -> None:
    story, version = submit(cast)
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: None, PUBLIC: None, PRESS: None})
    withdrawals.withdraw_by_link(approval, {PRESS})
    withdrawals.withdraw_uses(stories.load_with_people(story.id), {MEMBERS}, cast.owner)
    withdrawals.withdraw_uses(stories.load_with_people(story.id), {PUBLIC}, cast.company_admin)
    matrix = build_matrix(stories.load_with_people(story.id), version, today())
    by = {use: [cell.by for cell in row_of(matrix, use).cells] for use in (PRESS, MEMBERS, PUBLIC)}
    admin = cast.company_admin.display_name
    assert by == {PRESS: ["", ""], MEMBERS: ["", cast.owner.display_name], PUBLIC: [admin, admin]}


def test_who_was_taken_off_after_answering_stays_in_the_table(cast: Cast) -> None:
    story, version = submit(cast, {MEMBERS: None})
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: None})
    approvers.remove_approver(stories.load_with_people(story.id), approval.approver, cast.cs)
    matrix = build_matrix(stories.load_with_people(story.id), version, today())
    assert len(matrix.columns) == 2
    assert row_of(matrix, MEMBERS).chip == Chip.OK


def test_a_chip_agrees_with_the_permits(cast: Cast) -> None:
    end = today() + timedelta(days=10)
    story, version = submit(cast, {PUBLIC: None, MEMBERS: end, ConsentUse.LOGO: None})
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, {PUBLIC: end, MEMBERS: end})
    story.published_version_id, story.published_at = version.id, version.created_at
    for day in (today(), end, end + timedelta(days=1), date(2099, 1, 1)):
        matrix = build_matrix(stories.load_with_people(story.id), version, day)
        usable = {row.use for row in matrix.rows if row.chip in (Chip.OK, Chip.SOON)}
        assert usable == {use for use in ConsentUse if stories.get_permit(story.id, (use,), day) is not None}


def test_before_anything_was_submitted_there_is_none(cast: Cast) -> None:
    assert build_current_matrix(write_story(cast.a, cast.owner), today()) is None
