"""What the accounts hand over on this floor."""

from blueprints.room import RoomPages

from .bp import bp

ACCOUNTS = RoomPages(name="accounts", blueprint=bp)
