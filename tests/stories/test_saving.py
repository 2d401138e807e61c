"""Saving parts: nothing that somebody wrote is overwritten silently, and nobody has a conflict with themselves."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from community.stories.writing import drafts
from community.stories.writing.editing import ClosedError, open_for_change
from community.stories.writing.saving import Conflict, Saved, SaveKey, Writing, keep_aside, lock_part, save_part
from community.text import BadTextError
from models.accounts import Member
from models.base import db, now
from models.files import StoredFile
from models.stories import Story, StoryPart, StoryPartName, StoryPartText, StoryState
from tests.cast import Cast
from tests.stories.telling import join, write_story

PART = StoryPartName.PROBLEM
BEFORE = "problemの答えです。"


def key(letter: str, number: int = 1) -> SaveKey:
    return SaveKey(letter * 32, number)


def save(story: Story, by: Member, body: str, save_key: SaveKey, seen: int = 1, **more: bool) -> Saved | Conflict:
    writing = Writing(body, seen, save_key, **more)
    return save_part(open_for_change(story.id, by), PART, writing, by=by)


def body_of(story: Story) -> str:
    return lock_part(story.id, PART).body


def earlier(story: Story) -> list[str]:
    return [each.body for each in drafts.list_earlier_texts(story.id, PART)]


@pytest.fixture
def colleague(story: Story, cast: Cast) -> Member:
    join(story, cast.colleague)
    return cast.colleague


def test_a_save_raises_the_revisions(story: Story, cast: Cast) -> None:
    assert save(story, cast.owner, "紙の山でした。", key("a")) == Saved(2, 1)
    assert (body_of(story), story.content_revision) == ("紙の山でした。", 2)
    assert earlier(story) == [BEFORE]


def test_saving_unchanged_changes_nothing(story: Story, cast: Cast) -> None:
    assert save(story, cast.owner, f"{BEFORE}", key("a")) == Saved(1, 1)
    assert (story.content_revision, earlier(story)) == (1, [])


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_in_whatever_order_saves_of_one_form_arrive_the_last_one_stays(
    story: Story, cast: Cast, order: tuple[int, ...]
) -> None:
    for number in order:  # all of them saw the first revision: no answer had arrived yet
        answer = save(story, cast.owner, "紙の山" * number, key("a", number))
        assert isinstance(answer, Saved)
    assert body_of(story) == "紙の山" * 3


def test_a_repeated_save_is_the_first_one(story: Story, cast: Cast) -> None:
    assert save(story, cast.owner, "一度め", key("a")) == Saved(2, 1)
    assert save(story, cast.owner, "一度め", key("a")) == Saved(2, 1, is_late=True)


def test_another_tab_that_saw_an_older_text_is_a_conflict(story: Story, cast: Cast) -> None:
    save(story, cast.owner, "電話で書いた文", key("a"))
    answer = save(story, cast.owner, "机で書いた文", key("b"))
    assert isinstance(answer, Conflict)
    assert (answer.body, answer.revision, answer.by) == ("電話で書いた文", 2, cast.owner.display_name)
    assert body_of(story) == "電話で書いた文"


def test_a_late_save_of_a_form_whose_text_was_replaced_replaces_nothing(
    story: Story, cast: Cast, colleague: Member
) -> None:
    save(story, cast.owner, "はじめ", key("a", 1))
    save(story, colleague, "同僚の文", key("b"), seen=2)
    assert isinstance(save(story, cast.owner, "はじめの続き", key("a", 2), seen=2), Conflict)
    assert body_of(story) == "同僚の文"
    assert earlier(story)[0] == "はじめ"


def test_what_was_compared_replaces_and_the_replaced_text_stays(story: Story, cast: Cast, colleague: Member) -> None:
    save(story, colleague, "同僚の文", key("b"), is_typing=True)
    answer = save(story, cast.owner, "わたしの文", key("a"))
    assert isinstance(answer, Conflict)
    assert answer.is_held
    chosen = save(story, cast.owner, "わたしの文", key("c"), seen=answer.revision, is_chosen=True)
    assert chosen == Saved(3, 1)
    assert earlier(story)[0] == "同僚の文"


def test_where_somebody_writes_another_one_waits_until_they_have_stopped(
    story: Story, cast: Cast, colleague: Member
) -> None:
    save(story, colleague, "書いているところ", key("b"), is_typing=True)
    assert isinstance(save(story, cast.owner, "割りこみ", key("a"), seen=2), Conflict)
    part = lock_part(story.id, PART)
    assert part.held_until is not None
    part.held_until = now() - timedelta(seconds=1)
    assert save(story, cast.owner, "割りこみ", key("a"), seen=2) == Saved(3, 1)


def test_the_buttons_end_the_hold(story: Story, colleague: Member) -> None:
    save(story, colleague, "書いている", key("b", 1), is_typing=True)
    assert lock_part(story.id, PART).held_by_id == colleague.id
    save(story, colleague, "書き終えた", key("b", 2))
    assert lock_part(story.id, PART).held_by_id is None


def test_a_copy_whose_text_was_stored_and_replaced_is_not_asked_about(
    story: Story, cast: Cast, colleague: Member
) -> None:
    save(story, cast.owner, "端末に残った文です", key("a", 5))
    save(story, colleague, "そのあとの文", key("b"), seen=2)
    answer = save(story, cast.owner, "端末に残った文です", key("a", 5), is_copy=True)
    assert answer == Saved(3, 5, is_late=True)
    assert body_of(story) == "そのあとの文"


def test_a_long_session_leaves_a_text_behind_every_ten_minutes(story: Story, cast: Cast) -> None:
    texts = [f"{n}番めの、少しずつ長くなってきた文章です。" for n in range(4)]
    for number, body in enumerate(texts, 1):
        save(story, cast.owner, body, key("a", number))
    assert earlier(story) == [BEFORE]
    db.session.execute(sa.update(StoryPartText).values(replaced_at=now() - timedelta(minutes=11)))
    save(story, cast.owner, "書き直し", key("a", 9))
    assert earlier(story) == [texts[-1], BEFORE]


def test_only_the_newest_texts_are_kept(story: Story, cast: Cast) -> None:
    for n in range(60):
        keep_aside(story.id, PART, f"{n}つめ", by=cast.owner)
    assert earlier(story) == [f"{n}つめ" for n in range(59, 9, -1)]


def test_the_same_text_is_kept_aside_once(story: Story, cast: Cast) -> None:
    first = keep_aside(story.id, PART, "別の文", by=cast.owner)
    assert first is keep_aside(story.id, PART, "別の文", by=cast.owner)
    assert keep_aside(story.id, PART, BEFORE, by=cast.owner) is None
    assert keep_aside(story.id, PART, "  ", by=cast.owner) is None


@pytest.mark.parametrize("state", sorted(set(StoryState) - {"draft", "changes_asked", "update_asked"}))
def test_what_is_with_others_is_closed(story: Story, cast: Cast, state: StoryState) -> None:
    story.state = state
    db.session.flush()
    with pytest.raises(ClosedError, match="直せません"):
        save(story, cast.owner, "あとから", key("a"))


def test_strangers_and_who_left_the_company_cannot_save(story: Story, cast: Cast) -> None:
    join(story, cast.stranger)  # of another company now
    for member in (cast.stranger, cast.third, cast.cs, cast.administrator):
        with pytest.raises(ClosedError):
            save(story, member, "よその文", key("a"))
    assert body_of(story) == BEFORE


# --- pictures --------------------------------------------------------------------------------------------------------


def add_file(owner: Member, letter: str, kind: str = "picture", subject: StoryPart | None = None) -> StoredFile:
    file = StoredFile(key=letter * 32, owner_id=owner.id, media_type="image/webp", kind=kind, size=1)
    if kind == "picture":
        file.width = file.height = 1
    else:
        file.name = "伝票.pdf"
    if subject is not None:
        file.subject_kind, file.subject_id = StoryPart.__tablename__, subject.id
    db.session.add(file)
    db.session.flush()
    return file


@pytest.mark.parametrize("name", [StoryPartName.TITLE, StoryPartName.QUOTE, StoryPartName.LEAD])
def test_what_the_dialect_refuses_is_refused_in_every_part(story: Story, cast: Cast, name: StoryPartName) -> None:
    for body in ("> " * 14 + "a", ">" * 110):
        with pytest.raises(BadTextError):
            save_part(open_for_change(story.id, cast.owner), name, Writing(body, 1, key("a")), by=cast.owner)


def test_a_picture_is_attached_to_its_part(story: Story, cast: Cast) -> None:
    file = add_file(cast.owner, "a")
    save(story, cast.owner, f"写真です。\n\n![朝礼](/files/{file.key})", key("a"))
    db.session.refresh(file)
    assert (file.subject_kind, file.subject_id) == ("story_part", lock_part(story.id, PART).id)


def test_pictures_of_others_and_of_other_stories_are_refused(story: Story, cast: Cast) -> None:
    other = write_story(cast.b, cast.stranger)
    files = [
        add_file(cast.stranger, "b"),
        add_file(cast.stranger, "c", subject=lock_part(other.id, PART)),
        add_file(cast.owner, "d", kind="pdf"),
    ]
    for file in files:
        with pytest.raises(BadTextError):
            save(story, cast.owner, f"![x](/files/{file.key})", key("a"))
    own = add_file(cast.owner, "e", subject=lock_part(story.id, StoryPartName.USE))
    assert save(story, cast.owner, f"![x](/files/{own.key})", key("a")) == Saved(2, 1)


def test_a_writing_says_what_it_is() -> None:
    writing = Writing("文", 1, key("a"))
    assert replace(writing, is_typing=True) != writing
    assert str(key("a", 12)) == f"{'a' * 32}:12"
