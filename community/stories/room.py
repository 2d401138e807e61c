"""What stories hand over on this floor."""

from community.room import Room

from .erasures import ERASURES
from .notifications import WRITING
from .things import FIGURE, PART, STORY

STORIES = Room(name="stories", things=(STORY, PART, FIGURE), notifications=WRITING, erasures=ERASURES)
