"""Taking consents back: by authors, the company, staff and approvers; what cannot be called back; what repeats it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from community import things as things_of
from community.accounts import memberships
from community.forums import actions as forums
from community.ledger import reassignment
from community.stories import queries
from community.stories.approval import withdrawals
from community.stories.consent import consent_ledger
from community.stories.consent.consents import Party
from community.stories.consent.placed import list_placed
from community.stories.versions import versions
from community.stories.versions.content import from_json
from community.stories.workflow import workflow
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db, now, today
from models.forums import Category
from models.notifications import Notice, Watch
from models.stories import (
    ApprovalAnswer,
    ConsentUse,
    Decision,
    Story,
    StoryApproval,
    StoryConsent,
    StoryPart,
    StoryPartName,
    StoryPlacement,
    StoryState,
)
from tests.cast import Cast
from tests.stories.asking import answer, ask, open_page, path_of, submit
from tests.stories.telling import FOREVER, add_approver, join

pytestmark = pytest.mark.one_database
SENTENCE = "紙の点検表を一枚ずつ探していた時間が、ほとんどなくなりました。"
MEMBERS, WEBINAR = ConsentUse.MEMBERS, ConsentUse.WEBINAR


@pytest.fixture
def shown(cast: Cast) -> StoryApproval:
    """The answered request of a published story."""
    story, version = submit(cast, result=SENTENCE)
    approval = ask(story, cast)
    answer(approval, ApprovalAnswer.APPROVED, dict(FOREVER))
    story.published_version_id, story.published_at, story.state = version.id, now(), StoryState.PUBLISHED
    db.session.flush()
    queries.load_with_people(story.id)
    return approval


def uses_of(story_id: int) -> set[ConsentUse]:
    return {use for use in ConsentUse if queries.get_permit(story_id, (use,)) is not None}


def test_what_a_member_withdraws_is_withdrawn_of_everybody(cast: Cast, shown: StoryApproval) -> None:
    story = shown.version.story
    gone = withdrawals.withdraw_uses(story, {MEMBERS, WEBINAR}, cast.owner)
    assert gone == {MEMBERS, WEBINAR}
    assert uses_of(story.id) == set(ConsentUse) - gone
    ended = sa.select(StoryConsent).where(StoryConsent.decision == Decision.WITHDRAWN)
    entries = db.session.scalars(ended).all()
    assert sorted(entry.use for entry in entries) == ["members", "members", "webinar", "webinar"]
    assert {entry.member_id for entry in entries} == {cast.owner.id}
    queries.load_with_people(story.id)
    assert withdrawals.withdraw_uses(story, {MEMBERS}, cast.owner) == set()


def test_an_approver_withdraws_their_own_word(cast: Cast, shown: StoryApproval) -> None:
    story = shown.version.story
    other = ask(story, cast, add_approver(story, cast.cs, email="koho@asahi.example.jp"))
    answer(other, ApprovalAnswer.APPROVED, dict(FOREVER))
    queries.load_with_people(story.id)
    assert withdrawals.withdraw_by_link(shown, {MEMBERS}) == {MEMBERS}
    assert MEMBERS not in uses_of(story.id)
    theirs = withdrawals.list_live_uses(story.id, Party(other.approver_id))
    assert [each.use for each in theirs] == list(ConsentUse)
    (entry,) = db.session.scalars(sa.select(StoryConsent).where(StoryConsent.decision == Decision.WITHDRAWN))
    assert (entry.approver_id, entry.approval_id) == (shown.approver_id, shown.id)


def reword(story: Story, title: str, cast: Cast) -> None:
    """Submit another version, which its author allows for everything; the one before is still published."""
    db.session.query(StoryPart).filter_by(story_id=story.id, name=StoryPartName.TITLE).one().body = title
    consent_ledger.record_author_consents(versions.freeze(story, cast.owner), cast.owner, FOREVER)


def test_the_published_version_goes_too_while_a_newer_one_is_submitted(cast: Cast, shown: StoryApproval) -> None:
    story_id = shown.version.story_id
    reword(shown.version.story, "あたらしい題。", cast)
    withdrawals.withdraw_uses(queries.load_with_people(story_id), {MEMBERS}, cast.owner)
    assert uses_of(story_id) == set(ConsentUse) - {MEMBERS}
    withdrawals.withdraw_uses(queries.load_with_people(story_id), set(ConsentUse), cast.company_admin)
    assert (uses_of(story_id), withdrawals.list_live_uses(story_id)) == (set(), [])


def test_who_is_not_on_the_desk_reads_no_title_that_is_not_published(
    cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient]
) -> None:
    story = shown.version.story
    reword(story, "あたらしい題。", cast)
    for who, is_new in ((cast.company_admin, False), (cast.owner, True)):
        page = signed_in(who).get(f"/stories/{story.id}/consents").text
        assert ("あたらしい題。" in page, "紙の点検表をやめた。" in page) == (is_new, not is_new), who.handle


def test_authors_and_staff_are_notified_but_not_who_did_it(cast: Cast, shown: StoryApproval) -> None:
    story = shown.version.story
    story.account.csm_id = cast.cs.id
    withdrawals.withdraw_uses(story, {MEMBERS}, cast.cs, "電話で頼まれました。")
    told = db.session.scalars(sa.select(Notice.member_id).where(Notice.kind == "consent_gone")).all()
    assert set(told) == {cast.owner.id}
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "stories.withdraw_consents")).one()
    assert (entry.actor_id, entry.after) == (cast.cs.id, {"uses": "members"})
    assert entry.text is not None
    assert entry.text.reason == "電話で頼まれました。"


def transfer(member: Member, cast: Cast) -> None:
    """Let the member leave for company B."""
    plan = memberships.plan_transfer(member, cast.b, today(), is_company_admin=False)
    reassignment.carry_out(plan, by=cast.administrator, reason="転職")
    db.session.flush()
    db.session.expire_all()


def test_who_left_the_company_hears_of_its_consents_no_more(
    cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient]
) -> None:
    story = shown.version.story
    join(story, cast.colleague)
    transfer(cast.colleague, cast)
    queries.load_with_people(story.id)
    withdrawals.withdraw_uses(story, {WEBINAR}, cast.cs, "電話で頼まれました。")
    loaded = queries.load_with_people(story.id)
    other = add_approver(loaded, cast.cs, email="koho@asahi.example.jp")
    answer(ask(loaded, cast, other), ApprovalAnswer.APPROVED, {MEMBERS: None})
    notices = db.session.scalars(sa.select(Notice).where(Notice.kind.in_(["consent_gone", "story_answer"]))).all()
    assert {notice.member_id for notice in notices} == {cast.owner.id, cast.cs.id}
    assert {notice.thing_kind for notice in notices} == {"story_step", "story_consent"}
    assert list(db.session.scalars(sa.select(Watch.member_id).where(Watch.subject_kind == "story"))) == [cast.owner.id]
    page = signed_in(cast.colleague).get(f"/stories/{story.id}")
    assert (page.status_code, f"/stories/{story.id}/desk" in page.text) == (200, False)


def test_what_was_told_is_judged_again_when_it_is_read(
    cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient]
) -> None:
    withdrawals.withdraw_uses(shown.version.story, {WEBINAR}, cast.cs, "電話で頼まれました。")
    assert "許諾が取り下げられました" in signed_in(cast.owner).get("/notifications").text
    transfer(cast.owner, cast)
    assert "許諾が取り下げられました" not in signed_in(cast.owner).get("/notifications").text


def place(
    story: Story,
    cast: Cast,
    use: ConsentUse = WEBINAR,
    title: str = "1月21日のウェビナー",
    days: int = 0,
    by: Member | None = None,
) -> None:
    db.session.add(
        StoryPlacement(
            story_id=story.id, version_id=story.published_version_id, use=use, kind="webinar", title=title,
            note="ビー社の商談で", used_on=today() + timedelta(days=days), placed_by_id=(by or cast.cs).id,
        )
    )  # fmt: skip
    db.session.flush()


def test_a_notice_says_who_withdrew_which_uses_and_each_is_told_by_itself(
    cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient]
) -> None:
    story = shown.version.story
    story.account.csm_id = cast.cs.id
    withdrawals.withdraw_by_link(shown, {ConsentUse.PRESS})
    withdrawals.withdraw_uses(queries.load_with_people(story.id), {MEMBERS, WEBINAR}, cast.owner)
    keys = db.session.execute(
        sa.select(Notice.thing_kind, Notice.thing_id).where(
            Notice.kind == "consent_gone", Notice.member_id == cast.cs.id
        )
    ).all()
    things = [things_of.find_things([(kind, id_)], seen_by=cast.cs) for kind, id_ in keys]
    titles = [thing.title for found in things for thing in found.values()]
    assert titles == [
        "紙の点検表をやめた。（大西 健吾さん：報道・取材）",
        f"紙の点検表をやめた。（{cast.owner.display_name}さん：会員のページ、ウェビナーと資料）",
    ]
    assert not things_of.find_things([(kind, id_) for kind, id_ in keys], seen_by=cast.stranger)
    page = signed_in(cast.cs).get("/notifications").text
    assert [page.count(title) for title in titles] == [1, 1]


def test_what_cannot_be_called_back_is_listed_by_its_use(cast: Cast, shown: StoryApproval) -> None:
    story = shown.version.story
    place(story, cast)
    place(story, cast, ConsentUse.PRESS, "業界紙")
    assert [(each.title, each.by, each.note) for each in list_placed(queries.get_evidence(story.id), {WEBINAR})] == [
        ("1月21日のウェビナー", "", "")
    ]
    assert [
        (each.by, each.note) for each in list_placed(queries.get_evidence(story.id), {WEBINAR}, for_staff=True)
    ] == [("須藤 涼子", "ビー社の商談で")]
    assert len(list_placed(queries.get_evidence(story.id))) == 2


def test_planned_uses_are_listed_by_themselves_and_whoever_planned_them_is_told(
    cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient]
) -> None:
    story = shown.version.story
    place(story, cast, title="きのうの会", days=-1, by=cast.community_manager)
    place(story, cast, title="きょうの会", by=cast.administrator)
    place(story, cast, title="あすの会", days=1)
    page = signed_in(cast.owner).get(f"/stories/{story.id}/consents").text
    in_order = ("これから使う予定", "あすの会", "取り戻せない", "きょうの会", "きのうの会")
    assert [*in_order] == sorted(in_order, key=page.index)
    withdrawals.withdraw_uses(queries.load_with_people(story.id), {MEMBERS}, cast.owner)
    told = sa.select(Notice.member_id).where(Notice.kind == "story_plan")
    assert list(db.session.scalars(told)) == []
    withdrawals.withdraw_uses(queries.load_with_people(story.id), {WEBINAR}, cast.owner)
    assert list(db.session.scalars(told)) == [cast.cs.id]


def test_who_plans_to_use_it_is_told_too_when_the_whole_story_is_withdrawn(cast: Cast, shown: StoryApproval) -> None:
    story = shown.version.story
    place(story, cast, title="あすの会", days=1)
    workflow.withdraw_story(queries.load_with_people(story.id), cast.owner, "")
    assert list(db.session.scalars(sa.select(Notice.member_id).where(Notice.kind == "story_plan"))) == [cast.cs.id]


# A sentence of every story here that is too short to be told from what others say.
QUOTED = "紙は、探すものでした。"


def test_posts_that_link_to_it_or_repeat_it_are_listed_for_who_may_see_them(cast: Cast, shown: StoryApproval) -> None:
    story = shown.version.story
    category = Category(slug="a", name="会員", position=1)
    private = Category(slug="b", name="B社", position=2, account_id=cast.b.id)
    db.session.add_all([category, private])
    db.session.flush()
    assert QUOTED in shown.version.content
    texts = {
        "link": f"[この話](/stories/{story.id})を読みました。",
        "address": f"http://localhost:8000/stories/{story.id} です。",
        "copied": f"こうありました。> {SENTENCE.replace('一', '⼀')}",
        "in brackets": f"あの話の「{SENTENCE.rstrip('。')}」というところが好きです。",
        "shouted": f"{SENTENCE.rstrip('。')}！",
        "broken": f"{SENTENCE[:7]}\n{SENTENCE[7:]}",
        "spaced": f"{SENTENCE[:9]}　{SENTENCE[9:]}",
        "half": SENTENCE[: len(SENTENCE) // 2],
        "other story": f"[別の話](/stories/{story.id}1)",
        "short": QUOTED,
    }
    for title, body in texts.items():
        forums.open_topic(category, cast.stranger, title, body)
    forums.open_topic(private, cast.stranger, "private", texts["link"])
    found = {thing.title for thing in withdrawals.list_mentions(story, cast.cs)}
    repeated = {"copied", "in brackets", "shouted", "broken", "spaced"}
    assert found == {"link", "address", "private"} | repeated
    assert {thing.title for thing in withdrawals.list_mentions(story, cast.third)} == found - {"private"}


def test_what_would_be_refused_now_breaks_no_list(cast: Cast, shown: StoryApproval) -> None:
    deep = "> " * 14 + "a"
    content = replace(from_json(shown.version.content), title=deep, lead=deep, quote=deep)
    assert [each for each in withdrawals.list_sentences(content) if each == SENTENCE] == [SENTENCE]


# --- pages


@pytest.mark.parametrize("who", ["owner", "company_admin", "cs", "community_manager"])
def test_who_may_withdraw_is_asked_first(
    cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient], who: str
) -> None:
    story_id = shown.version.story_id
    place(shown.version.story, cast)
    client, path = signed_in(cast.people()[who]), f"/stories/{story_id}/consents"
    is_staff = who in {"cs", "community_manager"}
    assert ("ほかのページでの引用" in client.get(path).text) == is_staff
    data = {"uses": ["members", "webinar"], **({"withdrawal_reason": "電話で頼まれました。"} if is_staff else {})}
    if is_staff:
        assert client.post(path, data={"uses": ["members"], "confirmed": "1"}).status_code == 422
    question = client.post(path, data=data)
    assert "1月21日のウェビナー" in question.text
    assert ("ビー社" in question.text, "ビー社" in client.get(path).text) == (is_staff, is_staff)
    assert uses_of(story_id) == set(ConsentUse)
    assert client.post(path, data={**data, "confirmed": "1"}).status_code == 302
    assert uses_of(story_id) == set(ConsentUse) - {MEMBERS, WEBINAR}
    assert client.post(path, data={**data, "confirmed": "1"}).status_code == 422


def test_nobody_else_may(cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient]) -> None:
    path = f"/stories/{shown.version.story_id}/consents"
    for who in ("colleague", "stranger", "moderator", "partner"):
        client = signed_in(cast.people()[who])
        assert client.get(path).status_code == 404, who
        assert client.post(path, data={"uses": ["members"], "confirmed": "1"}).status_code == 404, who
    assert uses_of(shown.version.story_id) == set(ConsentUse)


def test_uses_that_are_none_are_refused(
    cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient]
) -> None:
    path, client = f"/stories/{shown.version.story_id}/consents", signed_in(cast.owner)
    for uses in ([], ["x"], ["members", "<script>"], ["\x00"]):
        assert client.post(path, data={"uses": uses, "confirmed": "1"}).status_code == 422, uses
        assert uses_of(shown.version.story_id) == set(ConsentUse), uses


def test_what_another_window_has_withdrawn_is_said_to_be(
    cast: Cast, shown: StoryApproval, signed_in: Callable[[Member], FlaskClient]
) -> None:
    path, client = f"/stories/{shown.version.story_id}/consents", signed_in(cast.owner)
    data = {"uses": ["members"], "confirmed": "1"}
    assert client.post(path, data=data).status_code == 302
    again = client.post(path, data=data)
    assert (again.status_code, "もう取り下げられています" in again.text) == (422, True)
    assert "valid choice" not in again.text


def test_the_link_of_the_receipt_withdraws_after_another_code(app: Flask, cast: Cast, shown: StoryApproval) -> None:
    path, data = path_of(shown), {"uses": ["members"], "confirmed": "1"}
    shown.expires_at = now() - timedelta(days=30)  # a consent outlives its link
    db.session.flush()
    stranger = app.test_client()
    assert "problemの答え" not in stranger.get(f"{path}/withdraw").text
    assert stranger.post(f"{path}/withdraw", data=data).status_code == 200
    assert MEMBERS in uses_of(shown.version.story_id)
    client = open_page(app, path, purpose="withdraw")
    place(shown.version.story, cast, MEMBERS)
    page = client.get(f"{path}/withdraw").text
    assert ("大西 健吾さん" in page, "1月21日のウェビナー" in page, "ビー社" in page) == (True, True, False)
    assert "取り下げますか" in client.post(f"{path}/withdraw", data={"uses": ["members"]}).text
    assert MEMBERS in uses_of(shown.version.story_id)
    assert client.post(f"{path}/withdraw", data=data).status_code == 302
    assert MEMBERS not in uses_of(shown.version.story_id)
    assert "取り下げ" in client.get(f"{path}/receipt").text


def test_the_table_says_whether_a_use_was_not_wanted_or_not_approved(
    cast: Cast, signed_in: Callable[[Member], FlaskClient]
) -> None:
    story, _version = submit(cast, {MEMBERS: None, WEBINAR: None})
    answer(ask(story, cast), ApprovalAnswer.APPROVED, {MEMBERS: None})
    page = signed_in(cast.owner).get(f"/stories/{story.id}/consents").text
    assert (page.count("希望なし"), page.count("承認なし")) == (len(ConsentUse) - 2, 1)
