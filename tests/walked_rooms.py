"""The rooms whose own tests say what the walks ask. A new room is one row here."""

from tests.forums.walks import FORUMS_WALK

WALKS = (FORUMS_WALK,)
