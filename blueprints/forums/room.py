"""What the forum hands over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .finding import scopes_of_lists

FORUMS = RoomPages(name="forums", blueprint=bp, guest_scopes=scopes_of_lists)
