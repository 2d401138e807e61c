"""The rooms whose tests describe them to the walks. A new room is one row here."""

from tests.forums.walks import FORUMS_WALK
from tests.health_pages.walks import HEALTH_WALK
from tests.stories.walks import STORIES_WALK

WALKS = (FORUMS_WALK, HEALTH_WALK, STORIES_WALK)
