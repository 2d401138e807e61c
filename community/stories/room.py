"""What stories hand over on this floor."""

from celery.schedules import crontab

from community.room import Room, ScheduledTask, WorkerTasks

from .consent_notices import CONSENT_NOTIFICATIONS
from .consent_words import CONSENT_WORDS
from .erasures import ERASURES
from .things import FIGURE, PART, STORY

TASKS = WorkerTasks(
    modules=("community.stories.tasks",),
    schedule=(
        # Every hour, since both skip what is done: a morning on which no worker ran is made up for.
        ScheduledTask("story approvers", "stories.remind_approvers", crontab(minute="5")),
        ScheduledTask("story ends", "stories.warn_of_ends", crontab(minute="15")),
    ),
    at_start=("stories.remind_approvers", "stories.warn_of_ends"),
)
STORIES = Room(
    name="stories",
    things=(STORY, PART, FIGURE),
    audit_words=CONSENT_WORDS,
    notifications=CONSENT_NOTIFICATIONS,
    erasures=ERASURES,
    tasks=TASKS,
)
