"""What joining hands over on this floor."""

from blueprints.room import RoomPages

from .bp import bp

JOINING = RoomPages(name="joining", blueprint=bp)
