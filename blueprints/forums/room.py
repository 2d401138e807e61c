"""What the forum hands over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .search import SEARCH

FORUMS = RoomPages(name="forums", blueprint=bp, search=SEARCH)
