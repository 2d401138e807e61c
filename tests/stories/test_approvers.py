"""Who may be asked, under which address; and what taking somebody off the list may never do."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community.stories import queries
from community.stories.approval import approvals, approvers
from community.stories.approval.approvals import CannotBeAskedError
from community.stories.approval.approvers import ApproverFacts, ApproverRefusedError, explain_address
from community.stories.versions import versions
from community.stories.writing import team
from models.accounts import MailDomain, Member
from models.audit import AuditEntry
from models.base import db, now, today
from models.stories import (
    ApprovalAnswer,
    ApproverRole,
    ConsentUse,
    Story,
    StoryApproval,
    StoryApprover,
    StoryCoauthor,
    StoryConsent,
    StoryPart,
    StoryState,
)
from tests.cast import Cast
from tests.stories.asking import ADDRESS, DOMAIN, answer, ask, basis_of, mails, open_page, own_domain, path_of, submit
from tests.stories.telling import FOREVER, add_approver, join, write_story

pytestmark = pytest.mark.one_database
SELF, SUPERIOR, PR = ApproverRole.SELF, ApproverRole.SUPERIOR, ApproverRole.PR
READ = (ConsentUse.MEMBERS,)


@pytest.mark.parametrize(
    ("email", "role", "word"),
    [
        ("onishi@asahi.example.jp", SUPERIOR, ""),
        ("aoki@asahi.example.jp", SELF, ""),
        ("aoki@asahi.example.jp", SUPERIOR, "書いた方"),
        ("aoki+boss@asahi.example.jp", SUPERIOR, "書いた方"),
        ("akai@asahi.example.jp", PR, "書いた方"),
        ("koho@asahi.example.jp", PR, "もうお願い"),
        ("koho+2@asahi.example.jp", SELF, "もうお願い"),
        ("onishi@gmail.com", SUPERIOR, "フリーメール"),
        ("onishi@docomo.ne.jp", SUPERIOR, "フリーメール"),
        ("onishi@other.example.jp", SUPERIOR, "会社のメールアドレス"),
        ("onishi@asahi.example.jp.evil.example", SUPERIOR, "会社のメールアドレス"),
        ("onishi@sub.asahi.example.jp", SUPERIOR, "会社のメールアドレス"),
        ("onishi", SUPERIOR, "形になっていません"),
        ("a@b@asahi.example.jp", SUPERIOR, "形になっていません"),
        ("", SUPERIOR, "形になっていません"),
    ],
)
def test_an_address(email: str, role: ApproverRole, word: str) -> None:
    authors = ["aoki@asahi.example.jp", "akai@asahi.example.jp"]
    said = explain_address(email, role, domains=[DOMAIN], authors=authors, taken=["koho@asahi.example.jp"])
    assert (word in said, bool(said)) == (True, bool(word))


def test_a_company_without_a_domain_is_told_so() -> None:
    assert "登録されていません" in explain_address("x@asahi.example.jp", SUPERIOR, domains=[], authors=[], taken=[])


def name(story: Story, cast: Cast, email: str = ADDRESS, role: ApproverRole = SUPERIOR) -> StoryApprover:
    facts = ApproverFacts(role, "大西 健吾", "製造部長", email, frozenset(approvers.USUAL_USES[role]))
    return approvers.name_approver(story, cast.cs, facts)


def test_a_coauthors_address_is_an_authors(cast: Cast) -> None:
    own_domain(cast.a)
    story, _version = submit(cast)
    cast.colleague.email = f"akai@{DOMAIN}"
    coauthor = StoryCoauthor(story_id=story.id, member_id=cast.colleague.id, added_by_id=cast.owner.id)
    coauthor.member = cast.colleague
    story.coauthors.append(coauthor)
    with pytest.raises(ApproverRefusedError):
        name(story, cast, f"akai@{DOMAIN}")


def test_who_is_added_must_consent_first(cast: Cast) -> None:
    own_domain(cast.a)
    story = publish(cast)
    koho = name(story, cast, f"koho@{DOMAIN}", PR)
    assert koho.uses == ["public_web", "logo", "press"]
    assert queries.get_permit(story.id, (ConsentUse.PUBLIC_WEB,)) is None
    assert queries.get_permit(story.id, READ) is not None
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "stories.name_approver")).one()
    assert entry.after == {"approver_id": koho.id, "approver_role": "pr", "uses": "public_web,logo,press"}


def publish(cast: Cast, allowed: dict[ConsentUse, date | None] | None = None) -> Story:
    """A story that its one approver has allowed and that is published."""
    story, version = submit(cast)
    approve(ask(story, cast), allowed)
    story.published_version_id, story.published_at, story.state = version.id, now(), StoryState.PUBLISHED
    db.session.flush()
    return queries.load_with_people(story.id)


def approve(approval: StoryApproval, allowed: dict[ConsentUse, date | None] | None = None) -> None:
    given = dict(FOREVER) if allowed is None else allowed
    given = {use: until for use, until in given.items() if use.value in approval.approver.uses}
    answer(approval, ApprovalAnswer.APPROVED, given)


def test_whoever_has_not_answered_can_be_taken_off_where_that_permits_nothing(cast: Cast) -> None:
    story, _version = submit(cast)
    approval = ask(story, cast)
    approvers.remove_approver(story, approval.approver, cast.cs)
    db.session.refresh(approval, ["revoked_at"])
    assert approval.approver.removed_at is not None
    assert approval.revoked_at is not None
    assert approvers.list_approvers(story.id) == []


def test_taking_off_who_has_not_answered_says_what_it_permits(cast: Cast) -> None:
    story = publish(cast)
    koho = add_approver(story, cast.cs, [ConsentUse.PUBLIC_WEB, ConsentUse.PRESS], f"koho@{DOMAIN}")
    removal = approvers.judge_removal(story, koho)
    assert (removal.refusal, removal.widened) == ("", (ConsentUse.PUBLIC_WEB, ConsentUse.PRESS))
    with pytest.raises(ApproverRefusedError):
        approvers.remove_approver(story, koho, cast.cs)
    assert queries.get_permit(story.id, (ConsentUse.PUBLIC_WEB,)) is None
    approvers.remove_approver(story, koho, cast.cs, told=tuple(ConsentUse))
    assert queries.get_permit(story.id, (ConsentUse.PUBLIC_WEB,)) is not None


@pytest.mark.parametrize("said", [ApprovalAnswer.DECLINED, ApprovalAnswer.CHANGES])
def test_whoever_said_no_stays_while_the_version_is_current(cast: Cast, said: ApprovalAnswer) -> None:
    story = publish(cast)
    approval = ask(story, cast, add_approver(story, cast.cs, email=f"koho@{DOMAIN}"))
    answer(approval, said, note="まだ早いです。")
    with pytest.raises(ApproverRefusedError):
        approvers.remove_approver(story, approval.approver, cast.cs, told=tuple(ConsentUse))
    assert queries.get_permit(story.id, READ) is None


@pytest.mark.parametrize("days", [30, 0])
def test_whoever_allowed_it_for_a_time_still_ends_it_after_being_taken_off(cast: Cast, days: int) -> None:
    story = publish(cast)
    until = today() + timedelta(days=days)
    approval = ask(story, cast, add_approver(story, cast.cs, email=f"koho@{DOMAIN}"))
    approve(approval, {ConsentUse.MEMBERS: until})
    # They declined the other uses: a later version lets them go.
    with pytest.raises(ApproverRefusedError):
        approvers.remove_approver(story, approval.approver, cast.cs)
    approval.approver.removed_at = now()
    assert queries.get_permit(story.id, READ, until) is not None
    assert queries.get_permit(story.id, READ, until + timedelta(days=1)) is None
    assert queries.get_permit(story.id, (ConsentUse.PUBLIC_WEB,)) is None


def test_whoever_allowed_everything_can_be_replaced(cast: Cast) -> None:
    story = publish(cast)
    (first,) = approvers.list_approvers(story.id)
    approvers.remove_approver(story, first, cast.cs)
    assert queries.get_permit(story.id, READ) is not None


# --- pages


TYPED = {"role": "superior", "name": "大西 健吾", "title": "製造部長", "email": ADDRESS}


@pytest.mark.parametrize("who", ["owner", "cs", "community_manager"])
def test_authors_and_staff_name_approvers(cast: Cast, signed_in: Callable[[Member], FlaskClient], who: str) -> None:
    own_domain(cast.a)
    story, _version = submit(cast)
    story.state = StoryState.REVIEW
    client = signed_in(cast.people()[who])
    assert "加える" in client.get(f"/stories/{story.id}/approvers").text
    assert client.post(f"/stories/{story.id}/approvers", data=TYPED).status_code == 302
    (approver,) = approvers.list_approvers(story.id)
    assert (approver.email, approver.uses) == (ADDRESS, [use.value for use in ConsentUse])
    assert mails("story_ask") == []
    again = client.post(f"/stories/{story.id}/approvers", data=TYPED)
    assert (again.status_code, "もうお願い" in again.text) == (422, True)


@pytest.mark.parametrize("who", ["colleague", "company_admin", "stranger", "moderator", "partner"])
def test_nobody_else_sees_them(cast: Cast, signed_in: Callable[[Member], FlaskClient], who: str) -> None:
    story, _version = submit(cast)
    client = signed_in(cast.people()[who])
    assert client.get(f"/stories/{story.id}/approvers").status_code == 404
    assert client.post(f"/stories/{story.id}/approvers", data=TYPED).status_code == 404


def test_a_second_approver_alone_is_mailed(cast: Cast, signed_in: Callable[[Member], FlaskClient]) -> None:
    own_domain(cast.a)
    story, _version = submit(cast)
    ask(story, cast)
    typed = {**TYPED, "role": "pr", "email": f"koho@{DOMAIN}"}
    signed_in(cast.cs).post(f"/stories/{story.id}/approvers", data=typed)
    assert [mail.to_address for mail in mails("story_ask")] == [ADDRESS, f"koho@{DOMAIN}"]


def test_staff_begins_the_approval(cast: Cast, signed_in: Callable[[Member], FlaskClient]) -> None:
    story, _version = submit(cast)
    story.state = StoryState.REVIEW
    path, due_on = f"/stories/{story.id}/approvers/ask", today() + timedelta(days=9)
    client = signed_in(cast.cs)
    assert signed_in(cast.owner).post(path, data={"due_on": due_on.isoformat()}).status_code == 403
    client.post(path, data={"due_on": due_on.isoformat()})
    db.session.refresh(story)
    assert (mails("story_ask"), story.state) == ([], StoryState.REVIEW)
    add_approver(story, cast.cs, email=ADDRESS)
    assert client.post(path, data={"due_on": today().isoformat()}).status_code == 422
    client.post(path, data={"due_on": due_on.isoformat()})
    client.post(path, data={"due_on": due_on.isoformat()})
    db.session.refresh(story)
    (approval,) = db.session.scalars(sa.select(StoryApproval))
    assert (story.state, approval.due_on, len(mails("story_ask"))) == (StoryState.APPROVAL, due_on, 1)


def test_asking_again_mails_another_link(cast: Cast, signed_in: Callable[[Member], FlaskClient]) -> None:
    story, _version = submit(cast)
    first = ask(story, cast)
    signed_in(cast.owner).post(f"/stories/{story.id}/approvers/{first.approver_id}/ask")
    db.session.expire_all()
    requests = db.session.scalars(sa.select(StoryApproval).order_by(StoryApproval.id)).all()
    assert [each.revoked_at is None for each in requests] == [False, True]
    assert len(mails("story_ask")) == 2


def test_the_page_that_removes_asks_first(cast: Cast, signed_in: Callable[[Member], FlaskClient]) -> None:
    story = publish(cast)
    koho = add_approver(story, cast.cs, [ConsentUse.PRESS], f"koho@{DOMAIN}")
    path, client = f"/stories/{story.id}/approvers/{koho.id}/remove", signed_in(cast.owner)
    asked = client.get(path).text
    assert "報道・取材" in asked
    assert 'name="uses" value="press"' in asked
    for told in ("", "members", "x"):
        refused = client.post(path, data={"uses": told})
        assert (refused.status_code, "報道・取材" in refused.text) == (422, True)
    assert client.post(path, data={"uses": "press"}).status_code == 302
    assert client.post(path, data={"uses": "press"}).status_code == 404
    assert [each.id for each in approvers.list_approvers(story.id)] != [koho.id]


# --- what changes between naming, asking and answering


def test_who_wrote_the_version_and_left_is_its_author_all_the_same(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    join(story, cast.colleague)
    version = versions.freeze(story, cast.owner)
    version.story, story.state = story, StoryState.APPROVAL
    asked_before = add_approver(story, cast.cs, email=cast.colleague.email)
    team.leave(story, cast.colleague)
    facts = ApproverFacts(
        ApproverRole.SUPERIOR, "赤井 健", "", "+1@".join(cast.colleague.email.split("@")), frozenset(READ)
    )
    with pytest.raises(ApproverRefusedError, match="書いた方のアドレス"):
        approvers.name_approver(story, cast.owner, facts)
    with pytest.raises(CannotBeAskedError, match="書いた方のアドレス"):
        ask(story, cast, asked_before)
    db.session.query(StoryPart).filter_by(story_id=story.id, name="lead").one().body = "ほかの文です。"
    versions.freeze(story, cast.owner)
    assert ask(story, cast, asked_before).version_id != version.id  # which they did not write


def test_who_approves_does_not_become_an_author(cast: Cast, signed_in: Callable[[Member], FlaskClient]) -> None:
    story = publish(cast)
    story.state = StoryState.DRAFT
    add_approver(story, cast.cs, email=cast.colleague.email)
    add = f"/stories/{story.id}/team/{cast.colleague.handle}/add"
    refused = signed_in(cast.owner).post(add)
    assert (refused.status_code, "承認をお願いする" in refused.text) == (409, True)
    approvers.list_approvers(story.id)[-1].removed_at = now()
    db.session.flush()
    assert signed_in(cast.owner).post(add).status_code == 302


def become_the_approver(story: Story) -> None:
    story.author.email = ADDRESS


def lose_the_domain(story: Story) -> None:
    db.session.execute(sa.delete(MailDomain).where(MailDomain.account_id == story.account_id))


@pytest.mark.parametrize("change", [become_the_approver, lose_the_domain])
def test_an_address_is_judged_again_when_somebody_is_asked(
    cast: Cast, signed_in: Callable[[Member], FlaskClient], change: Callable[[Story], None]
) -> None:
    story, _version = submit(cast)
    approver = add_approver(story, cast.cs, email=ADDRESS)
    change(story)
    db.session.flush()
    with pytest.raises(CannotBeAskedError, match="大西 健吾さん"):
        ask(story, cast, approver)
    with pytest.raises(CannotBeAskedError):
        approvals.ask_again(story, cast.cs, approver, today())
    for path in ("approvers/ask", f"approvers/{approver.id}/ask"):
        page = signed_in(cast.cs).post(
            f"/stories/{story.id}/{path}", data={"due_on": str(today() + timedelta(days=5))}, follow_redirects=True
        )
        assert "いまはお願いできません" in page.text
    assert mails("story_ask") == []


@pytest.mark.parametrize("change", [become_the_approver, lose_the_domain])
def test_an_address_is_judged_again_when_an_answer_comes(
    app: Flask, cast: Cast, change: Callable[[Story], None]
) -> None:
    story, _version = submit(cast)
    approval = ask(story, cast)
    client = open_page(app, path_of(approval))
    change(story)
    db.session.flush()
    answer = {"answer": "approved", "basis": basis_of(), "use_members": "y", "end_members": "none"}
    sent = client.post(f"{path_of(approval)}/answer", data=answer)
    assert (sent.status_code, approval.answered_at) == (410, None)
    assert list(db.session.scalars(sa.select(StoryConsent).where(StoryConsent.approver_id.is_not(None)))) == []


@pytest.mark.one_database
def test_who_is_asked_about_is_named_before_anybody_is_asked(
    cast: Cast, signed_in: Callable[[Member], FlaskClient]
) -> None:
    story, _version = submit(cast)
    own_domain(cast.a)
    client, path = signed_in(cast.cs), f"/stories/{story.id}/approvers"
    page = BeautifulSoup(client.get(path).text, "html.parser")
    assert [str(option["value"]) for option in page.select("select[name=role] option[selected]")] == ["superior"]
    assert [form for form in page.select("form") if str(form.get("action")).endswith("/ask")] == []
    assert "加えると、ここからお願いを送れます" in page.get_text()
    sent = {"due_on": str(today() + timedelta(days=5))}
    assert "先に加えてください" in client.post(f"{path}/ask", data=sent, follow_redirects=True).text
    add_approver(story, cast.cs, email=ADDRESS)
    text = client.get(path).text
    assert text.index(f'action="{path}"') < text.index(f'action="{path}/ask"')


@pytest.mark.one_database
def test_the_author_is_named_to_others_of_the_company_alone(cast: Cast) -> None:
    story, _version = submit(cast)
    own = add_approver(story, cast.cs, email=cast.owner.email)
    own.role = ApproverRole.SELF
    ask(story, cast, own)
    ask(story, cast)
    assert ["書いたのは、同じ会社の" in mail.text for mail in mails("story_ask")] == [False, True]
