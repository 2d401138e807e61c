"""After an upgrade of the dialect: versions and comments are rendered anew by themselves, and nothing else changes."""

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from community import text
from community.stories import queries, tasks
from community.stories.consent.consents import MEMBER_READING
from community.stories.room import STORIES
from community.stories.workflow import comments, rerendering
from models.base import db, today, transaction
from models.search import SearchDocument
from models.stories import CommentAudience, Story, StoryComment, StoryPartName, StoryVersion
from tests.cast import Cast
from tests.guest_versions import changed_since, read_versions
from tests.stories.reading import tell, version_of

OLD = text.RENDER_VERSION - 1
# What an older dialect let through.
BAD = "<p>problemの答えです。<script>alert(1)</script></p>"


def make_old(version: StoryVersion, html: Mapping[str, str]) -> None:
    """As the version before had stored it."""
    with transaction():
        version.html, version.render_version = dict(html), OLD


def read_answer(story: Story) -> str:
    permit = queries.get_permit(story.id, MEMBER_READING, today())
    assert permit is not None
    return permit.answers[StoryPartName.PROBLEM]


def test_what_is_published_is_rendered_anew_and_its_consents_hold(cast: Cast) -> None:
    story = tell(cast)
    version = version_of(story)
    before = (version.content, version.content_hash, version.number, dict(version.html))
    make_old(version, {**version.html, "problem": BAD})
    assert read_answer(story) == BAD
    pages = read_versions()
    assert tasks.rerender() == 1
    assert read_answer(story) == "<p>problemの答えです。</p>"
    db.session.refresh(version)
    assert (version.content, version.content_hash, version.number, version.html) == before
    assert changed_since(pages) == {"stories"}
    assert tasks.rerender() == 0


def test_the_search_finds_what_is_shown_now(cast: Cast) -> None:
    story = tell(cast)
    make_old(version_of(story), {"problem": "<p>むかしのことば</p>"})
    tasks.rerender()
    found = sa.select(SearchDocument.body).where(SearchDocument.kind == "story", SearchDocument.thing_id == story.id)
    assert "problemの答えです。" in "".join(db.session.scalars(found))


def test_pages_stay_where_nothing_looks_different(cast: Cast) -> None:
    version = version_of(tell(cast))
    make_old(version, version.html)
    pages = read_versions()
    assert tasks.rerender() == 1
    assert changed_since(pages) == set()


def test_what_was_erased_stays_so_and_what_cannot_be_rendered_keeps_its_html(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased, broken, other = (version_of(tell(cast, title=title)) for title in ("消した。", "壊れた。", "ほか。"))
    erased.content = ""
    make_old(erased, {})
    make_old(broken, {"problem": BAD})
    make_old(other, {"problem": BAD})
    render = rerendering.render_answers

    def fail_once(answers: Mapping[StoryPartName, str], story_id: int) -> dict[str, str]:
        if story_id == broken.story_id:
            raise IndexError
        return render(answers, story_id)

    monkeypatch.setattr(rerendering, "render_answers", fail_once)
    assert tasks.rerender() == 3
    for version in (erased, broken, other):
        db.session.refresh(version)
    assert (erased.content, erased.html, broken.html) == ("", {}, {"problem": BAD})
    assert "script" not in other.html["problem"]
    assert tasks.rerender() == 0


def test_comments_are_rendered_anew(cast: Cast) -> None:
    story = tell(cast)
    with transaction():
        comment = comments.write_comment(story, cast.owner, "**はい**", CommentAudience.SHARED)
    assert tasks.rerender() == 0
    with transaction():
        db.session.execute(sa.update(StoryComment).values(html=BAD, render_version=OLD))
    assert tasks.rerender() == 1
    db.session.refresh(comment)
    assert (comment.html, comment.body) == ("<p><strong>はい</strong></p>", "**はい**")


def test_a_run_takes_chunks_and_leaves_the_rest_to_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_old(version_of(tell(cast)), {"problem": BAD})
    hurried: list[str] = []
    monkeypatch.setattr(tasks, "hurry", hurried.append)
    monkeypatch.setattr(rerendering, "CHUNK", 1)
    assert tasks.rerender(2) == 2
    assert hurried == ["stories.rerender"]
    assert tasks.rerender(2) == 1


def test_it_runs_when_a_worker_starts_and_now_and_then() -> None:
    assert "stories.rerender" in STORIES.tasks.at_start
    assert "stories.rerender" in {each.task for each in STORIES.tasks.schedule}
