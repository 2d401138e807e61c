"""What the forum hands over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .finding import scopes_of_lists
from .search import SEARCH

FORUMS = RoomPages(name="forums", blueprint=bp, search=SEARCH, guest_scopes=scopes_of_lists)
