"""The rooms there are on this floor. A new room is one row here (docs/how-to.md)."""

from community.accounts.room import ACCOUNTS
from community.forums.room import FORUMS
from community.health.room import HEALTH
from community.signin.room import SIGNIN
from community.stories.room import STORIES

# Health first: when a worker starts, scores are brought up to date before anything else.
ROOMS = (HEALTH, ACCOUNTS, SIGNIN, FORUMS, STORIES)
