"""What stories hand over on this floor."""

from community.room import Room

from .erasures import ERASURES
from .library_audit_words import LIBRARY_WORDS
from .things import FIGURE, PART, STORY

STORIES = Room(name="stories", things=(STORY, PART, FIGURE), erasures=ERASURES, audit_words=LIBRARY_WORDS)
