"""The order in which a story's people and the story are locked."""

import pytest
from sqlalchemy import event

from community.stories import locking
from models.base import db
from models.stories import Story
from tests.cast import Cast
from tests.stories.telling import join


def test_authors_and_who_acts_are_locked_before_the_story(
    story: Story, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(story, cast.colleague)
    locked: list[set[int | None] | str] = []
    monkeypatch.setattr(locking, "lock_against_transfers", lambda *ids: locked.append(set(ids)))

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "story.state" in statement:
            locked.append("story")

    event.listen(db.engine, "before_cursor_execute", note)
    assert locking.lock_story(story.id, cast.cs) is story
    event.remove(db.engine, "before_cursor_execute", note)
    assert locked == [{cast.owner.id, cast.colleague.id, cast.cs.id}, "story"]
