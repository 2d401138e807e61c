"""The rooms there are on this floor. A new room is one row here (docs/how-to.md)."""

from blueprints.accounts.room import ACCOUNTS
from blueprints.forums.room import FORUMS

ROOM_PAGES = (ACCOUNTS, FORUMS)
