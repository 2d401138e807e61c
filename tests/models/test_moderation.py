"""One condition says what is not hidden, in the words of the partial indexes."""

import re

from sqlalchemy.orm import aliased

from models.forums import Post, Topic
from models.moderation import visible
from tests.test_architecture import FLOORS, calls, trees


def test_it_says_what_the_partial_index_says() -> None:
    index = next(index for index in Post.metadata.tables["post"].indexes if index.name == "ix_post_shown")
    said = str(index.dialect_options["sqlite"]["where"])
    assert str(visible(Post)) == f"post.{said}"
    assert str(visible(aliased(Topic, name="other"))) == f"other.{said}"
    assert str(~visible(Post)) == "post.hidden_at IS NOT NULL"


def test_nobody_writes_it_by_hand() -> None:
    by_hand = re.compile(r"\bhidden_at\.(is_|is_not|isnot)$")
    writing = {where for where, tree in trees(*FLOORS) if any(map(by_hand.search, calls(tree)))}
    assert writing == {"models/moderation.py"}
