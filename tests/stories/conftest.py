"""What tests of stories need of other rooms."""

import pytest

from models.base import db
from models.forums import Audience, Category


@pytest.fixture
def public_category() -> int:
    """The id of a category of the forum that everybody reads and members write in."""
    category = Category(slug="stories-questions", name="質問", readers=Audience.PUBLIC, posters=Audience.MEMBERS)
    db.session.add(category)
    db.session.flush()
    return category.id
