"""A draft of company A's owner, and what tests of stories need of other rooms."""

import pytest

from models.base import db
from models.forums import Audience, Category
from models.stories import Story
from tests.cast import Cast
from tests.stories.telling import write_story


@pytest.fixture
def story(cast: Cast) -> Story:
    return write_story(cast.a, cast.owner)


@pytest.fixture
def public_category() -> int:
    """The id of a category of the forum that everybody reads and members write in."""
    category = Category(slug="stories-questions", name="質問", readers=Audience.PUBLIC, posters=Audience.MEMBERS)
    db.session.add(category)
    db.session.flush()
    return category.id
