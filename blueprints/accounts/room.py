"""What the accounts hand over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .data_export import EXPORT
from .navigation import NAVIGATION
from .search import SEARCH

ACCOUNTS = RoomPages(name="accounts", blueprint=bp, search=SEARCH, navigation=NAVIGATION, export=EXPORT)
