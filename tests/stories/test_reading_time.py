"""One story takes the same time wherever that is said: in the mail to an approver, before and after publication."""

import pytest

from community.stories.approval.preview import read_preview
from community.stories.reading.cards import list_cards
from community.stories.reading.reader import get_reader
from community.stories.versions.reading_time import count_minutes
from models.base import db, now, today
from models.stories import ApprovalAnswer
from tests.cast import Cast
from tests.stories.asking import answer, ask, mails, submit
from tests.stories.telling import FOREVER

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(("lead", "answers", "minutes"), [(0, 0, 1), (500, 0, 1), (500, 1, 2), (1, 1000, 3)])
def test_a_begun_minute_counts(lead: int, answers: int, minutes: int) -> None:
    assert count_minutes("あ" * lead, [f"<p>{'い' * answers}</p>"]) == minutes


def test_mail_approver_and_readers_are_told_the_same(cast: Cast) -> None:
    story, version = submit(cast, lead="あ" * 300, problem=f"**{'い' * 900}**")
    approval = ask(story, cast)
    (mail,) = mails("story_ask")
    assert "読むのに3分" in mail.text
    assert read_preview(version, "", today()).minutes == 3
    story = answer(approval, ApprovalAnswer.APPROVED, FOREVER)
    story.published_version_id, story.published_at = version.id, now()
    db.session.flush()
    assert [card.minutes for card in list_cards(get_reader(cast.third)).values()] == [3]
