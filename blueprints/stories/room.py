"""What stories hand over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .navigation import NAVIGATION

STORIES = RoomPages(
    name="stories",
    blueprint=bp,
    navigation=NAVIGATION,
    returns_after_sign_in=True,
    number_params=frozenset({"old", "new"}),
)
