"""A draft of company A's owner."""

import pytest

from models.stories import Story
from tests.cast import Cast
from tests.stories.telling import write_story


@pytest.fixture
def story(cast: Cast) -> Story:
    return write_story(cast.a, cast.owner)
