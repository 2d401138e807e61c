"""The list of rooms on this floor. A new room is one row here (docs/how-to.md)."""

from blueprints.accounts.room import ACCOUNTS
from blueprints.forums.room import FORUMS
from blueprints.health.room import HEALTH
from blueprints.joining.room import JOINING
from blueprints.signin.room import SIGNIN
from blueprints.stories.room import STORIES

ROOM_PAGES = (ACCOUNTS, SIGNIN, JOINING, FORUMS, STORIES, HEALTH)
