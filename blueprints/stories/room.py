"""What stories hand over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .library_navigation import LIBRARY_ITEM

STORIES = RoomPages(name="stories", blueprint=bp, returns_after_sign_in=True, navigation=(LIBRARY_ITEM,))
