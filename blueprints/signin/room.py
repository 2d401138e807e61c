"""What signing in hands over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .own_data import EXPORT

SIGNIN = RoomPages(name="signin", blueprint=bp, export=EXPORT)
