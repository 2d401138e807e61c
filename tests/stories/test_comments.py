"""Comments: who writes and reads which, who is told, and what approvers wrote."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from community.stories.workflow import comments, workflow
from community.stories.workflow.comments import MayNotCommentError, add_comment, list_remarks
from community.text import BadTextError
from models.base import db, today
from models.stories import ApprovalAnswer, CommentAudience, Story, StoryCoauthor, StoryComment, StoryState
from tests.cast import Cast
from tests.stories.conftest import answer, ask_approver, load
from tests.stories.test_workflow import version_of

pytestmark = pytest.mark.one_database

SHARED, STAFF = CommentAudience.SHARED, CommentAudience.STAFF
Told = Callable[..., list[tuple[str, str]]]


def readers(story: Story, cast: Cast) -> dict[str, set[str]]:
    """Who reads which texts."""
    return {
        name: {remark.html for remark in list_remarks(story, member)}
        for name, member in cast.people().items()
        if list_remarks(story, member)
    }


def test_what_is_for_staff_no_customer_reads(submitted: Story, cast: Cast, told: Told) -> None:
    add_comment(submitted, cast.cs, "先方は予算の時期です。", STAFF)
    staff = {"cs", "community_manager", "administrator"}
    assert set(readers(submitted, cast)) == staff
    assert told("story_remark") == []
    add_comment(submitted, cast.community_manager, "来月にしましょう。", STAFF)
    assert told("story_remark") == [("story_remark", "cs")]
    add_comment(submitted, cast.cs, "ありがとうございます。", SHARED)
    assert set(readers(submitted, cast)) == {"owner", *staff}
    assert readers(submitted, cast)["owner"] == {"<p>ありがとうございます。</p>"}
    assert told("story_remark") == [
        ("story_remark", "community_manager"),
        ("story_remark", "cs"),
        ("story_remark", "owner"),
    ]


@pytest.mark.parametrize("audience", CommentAudience)
def test_who_writes(submitted: Story, cast: Cast, audience: CommentAudience) -> None:
    db.session.add(StoryCoauthor(story_id=submitted.id, member_id=cast.colleague.id, added_by_id=cast.owner.id))
    db.session.flush()
    story, writers = load(submitted), set()
    for name, member in cast.people().items():
        try:
            add_comment(story, member, "一言です。", audience)
        except MayNotCommentError:
            continue
        writers.add(name)
    authors = {"owner", "colleague"} if audience == SHARED else set()
    assert writers == {"cs", "community_manager", "administrator", *authors}


def test_of_a_draft_staff_know_nothing_but_its_interviewer(draft: Story, cast: Cast, told: Told) -> None:
    add_comment(draft, cast.owner, "見てください。", SHARED)
    assert told("story_remark") == []
    draft.interviewer_id = cast.community_manager.id
    add_comment(draft, cast.owner, "もう一度見てください。", SHARED)
    assert told("story_remark") == [("story_remark", "community_manager")]
    assert set(readers(draft, cast)) == {"owner", "community_manager"}


def test_the_same_form_adds_one(submitted: Story, cast: Cast) -> None:
    one, two = (add_comment(submitted, cast.owner, "一度だけ", SHARED, form_key="k") for _ in range(2))
    assert one.id == two.id
    assert add_comment(submitted, cast.cs, "別の人", SHARED, form_key="k").id != one.id


@pytest.mark.parametrize("body", ["[" * 700, "あ" * 20_001])
def test_what_cannot_be_shown_is_not_written(submitted: Story, cast: Cast, body: str) -> None:
    with pytest.raises(BadTextError):
        add_comment(submitted, cast.owner, body, SHARED)
    assert db.session.query(StoryComment).count() == 0


def test_it_is_shown_as_safe_text(submitted: Story, cast: Cast) -> None:
    add_comment(submitted, cast.owner, "<script>alert(1)</script> **強く** \u202e", SHARED)
    [remark] = list_remarks(submitted, cast.cs)
    assert "<script" not in remark.html
    assert "<strong>強く</strong>" in remark.html


def test_what_an_approver_wrote_stands_in_the_thread(submitted: Story, cast: Cast) -> None:
    workflow.begin_approval(submitted, cast.cs, today())
    answer(ask_approver(submitted, version_of(submitted), cast.cs), ApprovalAnswer.CHANGES, "人数を丸めてください。")
    workflow.follow_answers(submitted)
    [remark] = list_remarks(submitted, cast.owner)
    assert (remark.author, remark.name, submitted.state) == (None, "大西 健吾", StoryState.CHANGES_ASKED)
    assert "人数を丸めてください。" in remark.html
    assert list_remarks(submitted, cast.stranger) == []


@pytest.mark.parametrize("note", ["> - " * 240, ">" * 900, "- " * 480 + "<b>"])
def test_a_note_that_would_be_refused_is_shown_as_it_was_typed(submitted: Story, cast: Cast, note: str) -> None:
    asked = ask_approver(submitted, version_of(submitted), cast.cs)
    answer(asked, ApprovalAnswer.CHANGES, note)
    [remark] = list_remarks(submitted, cast.owner)
    assert BeautifulSoup(remark.html, "html.parser").get_text() == note


def test_one_s_own_are_for_the_export(submitted: Story, cast: Cast) -> None:
    add_comment(submitted, cast.owner, "**そのまま**", SHARED)
    add_comment(submitted, cast.cs, "先方は予算の時期です。", STAFF)
    assert [(each.body, each.audience) for each in comments.list_own(cast.owner)] == [("**そのまま**", SHARED)]
    assert [each.body for each in comments.list_own(cast.cs)] == ["先方は予算の時期です。"]
