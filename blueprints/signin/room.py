"""What signing in hands over on this floor."""

from blueprints.room import RoomPages

from .bp import bp

SIGNIN = RoomPages(name="signin", blueprint=bp)
