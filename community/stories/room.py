"""What stories hand over on this floor."""

from community.room import Room

from .erasures import ERASURES
from .sample import write_sample
from .things import FIGURE, PART, STORY

STORIES = Room(name="stories", things=(STORY, PART, FIGURE), erasures=ERASURES, sample=write_sample)
