"""What stories hand over on this floor."""

from datetime import timedelta

from community.room import Room, ScheduledTask, WorkerTasks

from .audit_words import WORDS
from .erasures import ERASURES
from .moderation import MODERATION
from .notifications import NOTIFICATIONS
from .things import FIGURE, PART, STEP, STORY

TASKS = WorkerTasks(
    modules=("community.stories.tasks",),
    # Every few minutes: what was sent is not sent again, and what a switched-off machine missed is made up for.
    schedule=(ScheduledTask("remind of stories", "stories.remind", timedelta(minutes=5)),),
)
STORIES = Room(
    name="stories",
    things=(STORY, STEP, PART, FIGURE),
    audit_words=WORDS,
    notifications=NOTIFICATIONS,
    moderation=(MODERATION,),
    erasures=ERASURES,
    tasks=TASKS,
)
