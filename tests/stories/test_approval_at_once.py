"""Many at once, with real commits: one answer and five tries count, a few codes are mailed, each event once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import time_machine
from flask import Flask

from community.stories.approval import answers, approvals, visits
from community.stories.approval.answers import AnswerClosedError
from community.stories.approval.visits import TooManyCodesError, Typed
from community.stories.tasks import remind_approvers
from models.base import db, transaction
from models.mail import Mail
from models.stories import ApprovalAnswer, ConsentUse, StoryApproval, StoryConsent
from tests.cast import make_cast
from tests.stories.asking import ask, read_code, submit

PEOPLE = 8
JAPAN = ZoneInfo("Asia/Tokyo")
Result = TypeVar("Result")


def prepare(app: Flask) -> str:
    """Ask an approver; return the token of the link."""
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        return approvals.token_of(ask(submit(cast)[0], cast))


def at_once(act: Callable[[int], Result]) -> list[Result]:
    start = threading.Barrier(PEOPLE)

    def run(number: int) -> Result:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(run, range(PEOPLE)))


def find(token: str) -> StoryApproval:
    approval = approvals.get_by_token(token)
    assert approval is not None
    return approval


def test_one_of_many_answers_counts(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    token = prepare(app)

    def answer(number: int) -> bool:
        said = ApprovalAnswer.APPROVED if number % 2 else ApprovalAnswer.DECLINED
        try:
            with app.app_context(), transaction():
                granted = {ConsentUse.MEMBERS: None} if number % 2 else {}
                answers.answer_request(find(token), token, said, granted, "")
        except AnswerClosedError:
            return False
        return True

    assert sum(at_once(answer)) == 1
    with app.app_context():
        entries = db.session.scalars(sa.select(StoryConsent).where(StoryConsent.approval_id.is_not(None))).all()
        receipts = db.session.scalars(sa.select(Mail).where(Mail.kind == "story_receipt")).all()
        assert (len(entries), len(receipts)) == (len(ConsentUse), 1)


def test_of_many_tries_five_count(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    token = prepare(app)
    with app.app_context(), transaction():
        key = visits.send_code(find(token))
        code = read_code()

    def guess(number: int) -> Typed:
        wrong = f"{(int(code) + number + 1) % 10**6:06d}"
        with app.app_context(), transaction():
            return visits.check_code(find(token), key, wrong)

    assert sorted(each.name for each in at_once(guess)) == ["VOID"] * 4 + ["WRONG"] * 4
    with app.app_context(), transaction():
        assert visits.check_code(find(token), key, code) == Typed.VOID


def test_a_few_codes_are_mailed(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    token = prepare(app)

    def send(_: int) -> bool:
        try:
            with app.app_context(), transaction():
                visits.send_code(find(token))
        except TooManyCodesError:
            return False
        return True

    assert sum(at_once(send)) == 5


def test_tasks_that_run_at_once_mail_once(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    token = prepare(app)
    with app.app_context(), transaction():
        approval = find(token)
        approval.asked_at -= timedelta(days=30)
        due_on = approval.due_on

    def remind(_: int) -> None:
        with app.app_context():
            remind_approvers()

    with time_machine.travel(datetime.combine(due_on, time(10), JAPAN), tick=False):
        at_once(remind)
    with app.app_context():
        sent = db.session.scalars(sa.select(Mail).where(Mail.kind == "story_ask_due")).all()
        assert len(sent) == 1
