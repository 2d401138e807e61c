"""What the desk says of where a story stands, whose steps were, and of its way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.stories import queries
from community.stories.approval import approvals, approvers, withdrawals
from community.stories.workflow import workflow
from community.stories.workflow.desk import read_desk
from models.accounts import Member
from models.base import db, today
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryState
from tests.cast import Cast
from tests.stories.asking import ADDRESS, answer, own_domain
from tests.stories.conftest import approve, load, submit
from tests.stories.telling import FOREVER, add_approver
from tests.stories.test_workflow import version_of

pytestmark = pytest.mark.one_database
SignIn = Callable[[Member], FlaskClient]


def read(client: FlaskClient, story: Story) -> BeautifulSoup:
    return BeautifulSoup(client.get(f"/stories/{story.id}/desk").text, "html.parser")


def test_without_a_use_to_read_it_by_nothing_is_said_to_be_public(
    submitted: Story, cast: Cast, signed_in: SignIn
) -> None:
    approve(submitted, version_of(submitted), cast.cs, ConsentUse.MEMBERS)
    workflow.publish(submitted, cast.cs)
    db.session.commit()
    page = read(signed_in(cast.cs), submitted)
    assert page.select_one(f"a[href='/stories/{submitted.id}']") is not None
    assert "公開しています（第1版）。" in page.get_text()
    withdrawals.withdraw_uses(load(submitted), [ConsentUse.MEMBERS], cast.owner)
    db.session.commit()
    for said in (
        "いまはどこにも出ていません。読んでよいという許諾がありません。",
        "いまはどこにも出ていません。あなたが新しく",
    ):
        page = read(signed_in(cast.owner), submitted)
        assert page.select_one(f"a[href='/stories/{submitted.id}']") is None
        assert said in page.get_text()
        if submitted.state == StoryState.PUBLISHED:
            workflow.begin_update(load(submitted), cast.owner)
            db.session.commit()


def test_an_approval_that_is_over_was_of_those_who_answered(draft: Story, cast: Cast) -> None:
    own_domain(cast.a)
    submit(draft, cast.owner)
    approver = add_approver(draft, cast.cs, email=ADDRESS)
    workflow.begin_approval(load(draft), cast.cs, today() + timedelta(days=5))
    [request] = approvals.ask(load(draft), cast.cs, [approver], today() + timedelta(days=5))
    answer(request, ApprovalAnswer.APPROVED, FOREVER)
    workflow.follow_answers(load(draft))
    steps = read_desk(load(draft), cast.cs).flow
    assert [step.who for step in steps if step.state == StoryState.APPROVAL] == ["大西 健吾"]


def test_one_press_is_told_once_with_its_day_and_without_the_title(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    own_domain(cast.a)
    submit(draft, cast.owner)
    for name in ("onishi", "koho"):
        add_approver(draft, cast.cs, email=f"{name}@asahi.example.jp")
    story, day = queries.load_with_people(draft.id), today() + timedelta(days=5)
    workflow.begin_approval(story, cast.cs, day)
    approvals.ask(story, cast.cs, approvers.list_approvers(story.id), day)
    db.session.commit()
    told = [line.get_text(" ", strip=True) for line in read(signed_in(cast.cs), draft).select(".desk-way li")]
    assert ["承認をお願いしました" in line for line in told] == [True, False]
    assert "提出しました" in told[1]
    assert all("さんがこの事例" in line and "紙の点検表" not in line and "月" in line for line in told)


def test_what_comes_next_stands_first_and_is_the_only_primary_button(
    draft: Story, cast: Cast, signed_in: SignIn
) -> None:
    def buttons(member: Member) -> list[str]:
        acts = read(signed_in(member), draft).select_one(".desk-say ~ .actions")
        assert acts is not None
        said = acts.select("a, button")
        assert ["btn-primary" in (button.get("class") or []) for button in said] == [True] + [False] * (len(said) - 1)
        return [button.get_text(strip=True) for button in said]

    assert buttons(cast.owner)[:3] == ["書きつづける", "出来上がりを見る", "読み返して提出する"]
    submit(draft, cast.owner)
    db.session.commit()
    assert buttons(cast.cs)[:2] == ["承認をお願いする", "出来上がりを見る"]
    workflow.ask_changes(load(draft), cast.cs, "月に何件でしたか。")
    db.session.commit()
    assert buttons(cast.owner)[:3] == ["書きつづける", "出来上がりを見る", "読み返して提出する"]


def test_the_desk_leads_back_to_where_its_reader_came_from(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    for member, address in ((cast.owner, "/stories/mine"), (cast.cs, "/stories/review")):
        back = read(signed_in(member), submitted).select_one(".breadcrumb a")
        assert back is not None
        assert back["href"] == address


def test_pages_of_one_story_lead_back_to_its_desk_and_stand_below_the_stories_under_way(
    submitted: Story, cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in(cast.cs)
    for name in ("approvers", "consents", "versions", "preview", "withdraw"):
        page = BeautifulSoup(client.get(f"/stories/{submitted.id}/{name}").text, "html.parser")
        assert page.select_one(f"main a[href='/stories/{submitted.id}/desk']") is not None, name
        current = [link["href"] for link in page.select(".deck a[aria-current]")]
        assert current == ["/stories/review"], name


def test_a_company_admin_is_not_led_to_a_desk_that_is_closed(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    approve(submitted, version_of(submitted), cast.cs, ConsentUse.MEMBERS)
    db.session.commit()
    page = signed_in(cast.company_admin).get(f"/stories/{submitted.id}/consents").text
    assert "紙の点検表" in page
    assert f"/stories/{submitted.id}/desk" not in page


def test_one_version_is_compared_with_nothing(submitted: Story, cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.owner).get(f"/stories/{submitted.id}/versions").text
    assert "版はまだ1つです。" in page
    assert "変わったところはありません" not in page


def test_the_way_says_what_the_answer_was_and_whose(draft: Story, cast: Cast, signed_in: SignIn) -> None:
    own_domain(cast.a)
    submit(draft, cast.owner)
    day = today() + timedelta(days=5)
    for said in ApprovalAnswer:
        approver = add_approver(draft, cast.cs, email=f"{said.value}@asahi.example.jp")
        [request] = approvals.ask(load(draft), cast.cs, [approver], day)
        answer(request, said, FOREVER if said == ApprovalAnswer.APPROVED else {})
        if said == ApprovalAnswer.APPROVED:
            withdrawals.withdraw_by_link(request, {ConsentUse.WEBINAR})
    db.session.commit()
    told = " ".join(line.get_text(" ", strip=True) for line in read(signed_in(cast.cs), draft).select(".desk-way li"))
    for sentence in (
        "承認をお願いした方（上長）が、この事例の第1版を承認しました（",
        "承認をお願いした方（上長）が、この事例の第1版に、直してほしいところがあると答えました",
        "承認をお願いした方（上長）が、この事例の第1版を、今回は承認しないと答えました",
        "承認した方（上長）が、この事例の許諾を取り下げました（ウェビナーと資料）",
    ):
        assert sentence in told
    assert "なし" not in told
