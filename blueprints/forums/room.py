"""What the forum hands over on this floor."""

from blueprints.room import RoomPages

from .bp import bp

FORUMS = RoomPages(name="forums", blueprint=bp)
