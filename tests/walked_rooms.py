"""The rooms whose tests describe them to the walks. A new room is one row here."""

from tests.forums.walks import FORUMS_WALK

WALKS = (FORUMS_WALK,)
