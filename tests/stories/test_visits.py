"""Browsers in which a request was opened: which one it opens, what is forgotten of them, and what still counts."""

from datetime import timedelta

import time_machine

from community.stories.approval import visits
from community.stories.approval.visits import Typed
from models.base import db, now
from models.stories import StoryVisit
from tests.cast import Cast
from tests.stories.asking import ask, read_code, submit
from tests.stories.telling import add_approver


def test_only_what_opens_nothing_and_counts_no_more_is_forgotten(cast: Cast) -> None:
    story, _version = submit(cast)
    approval = ask(story, cast)
    for hours in (72, 23):
        with time_machine.travel(now() - timedelta(hours=hours), tick=False):
            visits.send_code(approval)
    key = visits.send_code(approval)
    assert visits.check_code(approval, key, read_code()) == Typed.RIGHT
    visits.forget_old()
    assert db.session.query(StoryVisit).count() == 2  # codes are counted for a day
    assert visits.is_open_in(approval, key)


def test_a_browser_opens_the_request_whose_code_was_typed_and_no_other(cast: Cast) -> None:
    story, _version = submit(cast)
    mine, other = ask(story, cast), ask(story, cast, add_approver(story, cast.cs, email="koho@asahi.example.jp"))
    key = visits.send_code(mine)
    assert visits.check_code(other, key, read_code()) == Typed.VOID
    assert [visits.is_awaiting_code(each, key) for each in (mine, other)] == [True, False]
    assert visits.check_code(mine, key, read_code()) == Typed.RIGHT
    assert [visits.is_open_in(each, key) for each in (mine, other)] == [True, False]
