"""Consents that end: the last day, warnings before it, renewal."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community.stories import queries
from community.stories.approval import approvals, approvers, expiry, withdrawals
from community.stories.approval.approvers import ApproverFacts
from community.stories.approval.expiry import NothingLongerError, NotRenewableError, warn_of_ends
from community.stories.publishing import publication
from community.stories.publishing.end_warnings import find_warning
from community.stories.versions import versions
from community.stories.workflow import submission, workflow
from models.accounts import Member
from models.base import db, now, today
from models.notifications import Notice
from models.stories import (
    ApprovalAnswer,
    ApproverRole,
    ConsentUse,
    Decision,
    Story,
    StoryApproval,
    StoryConsent,
    StoryPart,
    StoryState,
)
from tests.cast import Cast
from tests.stories.asking import DOMAIN, answer, ask, mails, open_page, path_of, submit

JAPAN = ZoneInfo("Asia/Tokyo")
END = date(2027, 3, 31)
MEMBERS = ConsentUse.MEMBERS


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN)


def publish(cast: Cast, end: date = END, uses: tuple[ConsentUse, ...] = (MEMBERS,)) -> Story:
    story, version = submit(cast, dict.fromkeys(uses, end))
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, dict.fromkeys(uses, end))
    story.published_version_id, story.published_at, story.state = version.id, now(), StoryState.PUBLISHED
    db.session.flush()
    return queries.load_with_people(story.id)


@pytest.fixture
def story(cast: Cast) -> Story:
    with time_machine.travel(at(date(2026, 11, 30)), tick=False):
        return publish(cast)


def test_until_31_march_holds_that_whole_day_in_japan(story: Story) -> None:
    read = (MEMBERS,)
    for moment, is_shown in (
        (at(END, 0), True),
        (at(END, 23, 59), True),
        (datetime(2027, 3, 31, 14, 59, tzinfo=ZoneInfo("UTC")), True),
        (at(END + timedelta(days=1), 0, 1), False),
        (datetime(2027, 3, 31, 15, 1, tzinfo=ZoneInfo("UTC")), False),
    ):
        with time_machine.travel(moment, tick=False):
            assert (queries.get_permit(story.id, read) is not None) == is_shown, moment


@pytest.mark.parametrize(
    ("left", "warning"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_which_warning_is_due(left: int, warning: int | None) -> None:
    assert find_warning(END, END - timedelta(days=left)) == warning


def warn_daily(first: date, days: int) -> list[tuple[date, int]]:
    """Run the task twice a day, as workers that are killed after it would; return the notices by day and member."""
    for n in range(days):
        with time_machine.travel(at(first + timedelta(days=n), 0, 30), tick=False):
            for _ in range(2):
                warn_of_ends(today())
    rows = db.session.execute(sa.select(Notice.at, Notice.member_id).where(Notice.kind == "story_end"))
    return sorted((moment.astimezone(JAPAN).date(), member) for moment, member in rows)


def test_authors_and_csm_are_warned_three_times_by_days_in_japan(cast: Cast, story: Story) -> None:
    story.account.csm_id = cast.cs.id
    warned = warn_daily(date(2027, 1, 28), 65)
    days = [date(2027, 1, 30), date(2027, 3, 1), date(2027, 3, 24)]
    assert warned == sorted((day, member.id) for day in days for member in (cast.owner, cast.cs))


def test_a_worker_that_was_down_makes_up_for_the_latest(cast: Cast, story: Story) -> None:
    assert [day for day, _member in warn_daily(date(2027, 3, 25), 2)] == [date(2027, 3, 25)]


def test_an_author_who_left_and_a_csm_without_the_role_are_not_warned(cast: Cast, story: Story) -> None:
    story.account.csm_id = cast.third.id
    assert cast.owner.membership is not None
    cast.owner.membership.until_day = date(2027, 1, 1)
    db.session.flush()
    db.session.expire(cast.owner)
    assert warn_daily(date(2027, 1, 30), 1) == []


def test_after_a_withdrawal_nobody_is_warned_and_old_warnings_are_gone(cast: Cast, story: Story) -> None:
    warn_daily(date(2027, 1, 30), 1)
    with time_machine.travel(at(date(2027, 2, 1)), tick=False):
        withdrawals.withdraw_uses(queries.load_with_people(story.id), {MEMBERS}, cast.owner)
        warn_daily(date(2027, 3, 1), 3)
    notices = db.session.scalars(sa.select(Notice).where(Notice.kind == "story_end")).all()
    assert [notice.withdrawn_at is not None for notice in notices] == [True]


def test_a_warning_that_was_taken_back_is_given_again_with_its_end(cast: Cast, story: Story) -> None:
    days = [date(2027, 3, 24), date(2027, 3, 25)]
    assert [day for day, _member in warn_daily(days[0], 1)] == days[:1]
    with time_machine.travel(at(days[0]), tick=False):
        (approver,) = approvers.list_approvers(story.id)
        withdrawals.withdraw_uses(queries.load_with_people(story.id), {MEMBERS}, cast.owner)
        expiry.renew(queries.load_with_people(story.id), cast.owner, {MEMBERS: END}, days[1])
        (approval,) = (each for each in approvals.list_requests(story.id) if each.answered_at is None)
        assert approval.approver_id == approver.id
        answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: END})
    assert [day for day, _member in warn_daily(days[1], 2)] == days


def publish_anew(story: Story, cast: Cast) -> None:
    """Publish another version, which everybody allows without end."""
    workflow.begin_update(story, cast.owner)
    part = db.session.query(StoryPart).filter_by(story_id=story.id, name="lead").one()
    part.body = "ロッカー五つ分の紙が、一つになりました。"
    wishes = dict.fromkeys(ConsentUse)
    submission.submit(story, cast.owner, wishes, seen=submission.read_proof(story).seen)
    [approver] = approvers.list_approvers(story.id)
    answer(ask(story, cast, approver), ApprovalAnswer.APPROVED, wishes)
    workflow.publish(story, cast.cs)


def ask_one_more(story: Story, cast: Cast) -> None:
    facts = ApproverFacts(ApproverRole.PR, "榎本 由紀", "", f"enomoto@{DOMAIN}", frozenset({MEMBERS}))
    approvers.name_approver(story, cast.cs, facts)


ENDINGS: dict[str, Callable[[Story, Cast], object]] = {
    "withdrawn": lambda story, cast: workflow.withdraw_story(story, cast.owner, ""),
    "published anew": publish_anew,
    "one more is asked": ask_one_more,
}


@pytest.mark.parametrize("how", ENDINGS)
def test_whatever_ends_an_end_takes_its_warnings_back(cast: Cast, story: Story, how: str) -> None:
    warn_daily(date(2027, 1, 30), 1)
    with time_machine.travel(at(date(2027, 2, 1)), tick=False):
        ENDINGS[how](queries.load_with_people(story.id), cast)
    notice = db.session.scalars(sa.select(Notice).where(Notice.kind == "story_end")).one()
    assert notice.withdrawn_at is not None


def test_warnings_of_an_end_that_is_left_stay(cast: Cast, story: Story) -> None:
    warn_daily(date(2027, 1, 30), 1)
    with time_machine.travel(at(date(2027, 2, 1)), tick=False):
        publication.follow_change(queries.load_with_people(story.id))
    notice = db.session.scalars(sa.select(Notice).where(Notice.kind == "story_end")).one()
    assert notice.withdrawn_at is None


@pytest.mark.one_database
def test_of_the_staff_the_interviewer_is_warned_before_who_is_in_charge_of_the_company(
    cast: Cast, story: Story
) -> None:
    story.account.csm_id, story.interviewer_id = cast.cs.id, cast.community_manager.id
    db.session.flush()
    assert {member for _day, member in warn_daily(date(2027, 1, 30), 1)} == {cast.owner.id, cast.community_manager.id}


def test_renewal_asks_for_the_same_version_and_ends_the_old_warnings(cast: Cast, story: Story) -> None:
    warn_daily(date(2027, 1, 30), 1)
    later = date(2028, 3, 31)
    with time_machine.travel(at(date(2027, 2, 1)), tick=False):
        story = queries.load_with_people(story.id)
        (approval,) = expiry.renew(story, cast.owner, {MEMBERS: later}, date(2027, 2, 10))
        assert approval.version_id == story.published_version_id
        assert queries.get_permit(story.id, (MEMBERS,), END) is not None
        assert queries.get_permit(story.id, (MEMBERS,), END + timedelta(days=1)) is None
        answer(approval, ApprovalAnswer.APPROVED, {MEMBERS: later})
        assert queries.get_permit(story.id, (MEMBERS,), later) is not None
    assert [day for day, _member in warn_daily(date(2027, 3, 1), 3)] == [date(2027, 1, 30)]
    notice = db.session.scalars(sa.select(Notice).where(Notice.kind == "story_end")).one()
    assert notice.withdrawn_at is not None


def test_only_the_newest_version_is_renewed(cast: Cast, story: Story) -> None:
    story.account.industry = "金属加工業"
    versions.freeze(story, cast.owner)
    with pytest.raises(NotRenewableError):
        expiry.renew(story, cast.owner, {MEMBERS: None}, today())


@pytest.mark.one_database
def test_authors_renew_on_their_page(cast: Cast, signed_in: Callable[[Member], FlaskClient]) -> None:
    story = publish(cast, today() + timedelta(days=20))
    path = f"/stories/{story.id}/consents/renew"
    assert signed_in(cast.cs).get(path).status_code == 403
    client = signed_in(cast.owner)
    page = BeautifulSoup(client.get(path).text, "html.parser")
    assert len(page.select("[checked]")) == 2  # what is allowed now, and its end
    assert [each["value"] for each in page.select("#day_members")] == [str(expiry.propose(story)[MEMBERS])]
    own = {"basis": str(page.select("input[name=basis]")[0]["value"])}
    for typed in ({}, {"end_members": "day"}, {"end_members": "day", "day_members": "2001-01-01"}):
        assert (
            client.post(path, data={"use_members": "y", **typed, **own}).status_code == 422
        )  # no end, or none that is left
    as_it_is = {"end_members": "day", "day_members": str(today() + timedelta(days=20))}
    nothing_longer = client.post(path, data={"use_members": "y", **as_it_is, **own})
    assert (nothing_longer.status_code, "いまより長く続くものがありません" in nothing_longer.text) == (422, True)
    end = today() + timedelta(days=400)
    longer = {"use_members": "y", "end_members": "day", "day_members": end.isoformat()}
    client.post(path, data={**longer, **own})
    said = sa.select(StoryConsent).where(StoryConsent.member_id == cast.owner.id, StoryConsent.use == MEMBERS)
    assert [entry.until_day for entry in db.session.scalars(said.order_by(StoryConsent.id))][-1] == end
    requests = db.session.scalars(sa.select(StoryApproval).order_by(StoryApproval.id)).all()
    assert [each.answered_at is None for each in requests] == [False, True]
    assert len(mails("story_ask")) == 2


@pytest.mark.one_database
def test_a_withdrawal_is_not_undone_by_a_page_that_was_open(
    cast: Cast, signed_in: Callable[[Member], FlaskClient]
) -> None:
    story = publish(cast, today() + timedelta(days=20))
    path, client = f"/stories/{story.id}/consents/renew", signed_in(cast.owner)
    page = BeautifulSoup(client.get(path).text, "html.parser")
    sent = {"basis": str(page.select("input[name=basis]")[0]["value"]), "use_members": "y", "end_members": "none"}
    withdrawals.withdraw_uses(queries.load_with_people(story.id), {MEMBERS}, cast.cs, "頼まれました。")
    db.session.commit()
    again = client.post(path, data=sent)
    assert (again.status_code, "許諾が変わりました" in again.text, len(mails("story_ask"))) == (422, True, 1)
    now_there = BeautifulSoup(again.text, "html.parser")
    assert now_there.select("[checked]") == []
    sent["basis"] = str(now_there.select("input[name=basis]")[0]["value"])
    assert client.post(path, data=sent).status_code == 302  # who has read it may well allow it anew


@pytest.mark.one_database
def test_no_to_a_renewal_ends_what_was_allowed(cast: Cast) -> None:
    story = publish(cast, today() + timedelta(days=20))
    (approval,) = expiry.renew(story, cast.owner, {MEMBERS: None}, today() + timedelta(days=5))
    answer(approval, ApprovalAnswer.DECLINED, note="今回は見送ります。")
    assert queries.get_permit(story.id, (MEMBERS,)) is None
    declined = sa.select(StoryConsent).where(StoryConsent.approval_id == approval.id)
    assert {entry.decision for entry in db.session.scalars(declined)} == {Decision.DECLINED}


@pytest.mark.one_database
def test_a_renewal_says_what_was_approved_when_what_is_wished_and_what_a_no_stops(app: Flask, cast: Cast) -> None:
    end, later = date(2027, 3, 31), date(2028, 3, 31)
    with time_machine.travel(at(date(2026, 11, 30)), tick=False):
        story = publish(cast, end, (MEMBERS, ConsentUse.WEBINAR))
    with time_machine.travel(at(date(2027, 2, 1)), tick=False):
        (approval,) = expiry.renew(story, cast.owner, {MEMBERS: later}, date(2027, 2, 10))
        browser = open_page(app, path_of(approval))
        page = BeautifulSoup(browser.get(path_of(approval)).text, "html.parser").get_text(" ", strip=True)
    first, mail = mails("story_ask")
    said = [
        "2026年11月30日に承認していただいたものと同じです",
        "：いまは2027年3月31日まで、希望は2028年3月31日まで",
        "：いまは2027年3月31日まで、希望は使わない",
    ]
    assert mail.subject.endswith("の許諾を続けてよいか、見てください")
    for place in (mail.text, mail.html, page):
        assert [sentence in place for sentence in said] == [True] * len(said)
    lines = mail.text.splitlines()

    assert [line[:2] for line in lines if "：いまは" in line] == ["- ", "- "]
    assert not any(sentence in first.text for sentence in said)
    assert "承認しないと、いま使っているもの（" in page.split("今回は承認しない")[1]


@pytest.mark.parametrize(
    ("until", "proposed"),
    [(date(2028, 2, 29), date(2029, 2, 28)), (date(2027, 3, 31), date(2028, 3, 31)), (None, None)],
)
def test_a_year_more_is_proposed(cast: Cast, until: date | None, proposed: date | None) -> None:
    story, version = submit(cast, {MEMBERS: until})
    story.published_version_id, story.published_at = version.id, now()
    assert expiry.propose(story) == {MEMBERS: proposed}


@pytest.mark.one_database
def test_the_same_days_are_asked_for_anew_only_where_approvers_allow_less(cast: Cast) -> None:
    end = today() + timedelta(days=20)
    story = publish(cast, end)
    with pytest.raises(NothingLongerError):
        expiry.renew(story, cast.owner, {MEMBERS: end}, today())
    (asked,) = expiry.renew(story, cast.owner, {MEMBERS: None}, today())
    answer(asked, ApprovalAnswer.APPROVED, {MEMBERS: end + timedelta(days=9)})
    assert len(expiry.renew(story, cast.owner, {MEMBERS: None}, today())) == 1  # the approver may say more now
    assert expiry.renew(story, cast.owner, {MEMBERS: end}, today()) == []  # less is taken at once
