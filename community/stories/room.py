"""What stories hand over on this floor."""

from datetime import timedelta

from celery.schedules import crontab

from community.room import Room, ScheduledTask, Searchable, SearchKind, WorkerTasks, merge_words
from models.ledger import SignalKind

from . import tasks
from .approval.approval_mails import SECRET_MAILS
from .audit_words import WORDS
from .consent.consent_notices import CONSENT_NOTIFICATIONS
from .consent.consent_words import CONSENT_WORDS
from .erasures import ERASURES
from .library.library_audit_words import LIBRARY_WORDS
from .moderation import MODERATION
from .notifications import NOTIFICATIONS
from .publishing import indexing
from .publishing.guest_scopes import GUEST_TABLES
from .sample import write_sample
from .things import FIGURE, PART, STEP, STORY, WITHDRAWAL, viewer_of

SEARCH = Searchable(
    kinds=(SearchKind(STORY.name, STORY.label, position=15),),
    viewer=viewer_of,
    tokens_of=indexing.tokens_of,
    indexers=(indexing.index_after,),
    mend=tasks.mend_index,
)
TASKS = WorkerTasks(
    modules=("community.stories.tasks",),
    schedule=(
        # Where names end before the text does, the text is found again without them within a minute.
        ScheduledTask("mend index of stories", "stories.mend_index", timedelta(minutes=1)),
        # Every few minutes: what was sent is not sent again, and what a switched-off machine missed is made up for.
        ScheduledTask("remind of stories", "stories.remind", timedelta(minutes=5)),
        # Every hour, since both skip what is done: a morning on which no worker ran is made up for.
        ScheduledTask("story approvers", "stories.remind_approvers", crontab(minute="5")),
        ScheduledTask("story ends", "stories.warn_of_ends", crontab(minute="15")),
        ScheduledTask("rerender stories", "stories.rerender", timedelta(minutes=5)),
    ),
    # After an upgrade, old texts soon look like new ones.
    at_start=("stories.remind_approvers", "stories.warn_of_ends", "stories.rerender"),
)
STORIES = Room(
    name="stories",
    things=(STORY, STEP, WITHDRAWAL, PART, FIGURE),
    signals=(SignalKind.STORY_SUBMITTED, SignalKind.STORY_PUBLISHED, SignalKind.STORY_QUOTED),
    audit_words=merge_words((WORDS, CONSENT_WORDS, LIBRARY_WORDS)),
    notifications=(*NOTIFICATIONS, *CONSENT_NOTIFICATIONS),
    search=SEARCH,
    moderation=(MODERATION,),
    guest_tables=GUEST_TABLES,
    erasures=ERASURES,
    secret_mails=SECRET_MAILS,
    tasks=TASKS,
    sample=write_sample,
)
