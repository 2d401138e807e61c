"""What stories hand over on this floor."""

from datetime import timedelta

from community.room import Room, ScheduledTask, Searchable, SearchKind, WorkerTasks
from models.ledger import SignalKind

from . import indexing, tasks
from .erasures import ERASURES
from .guest_scopes import GUEST_TABLES
from .notifications import WRITING
from .sample import write_sample
from .things import FIGURE, PART, STORY, viewer_of

SEARCH = Searchable(
    kinds=(SearchKind(STORY.name, STORY.label, position=15),),
    viewer=viewer_of,
    tokens_of=indexing.tokens_of,
    indexers=(indexing.index_after,),
    mend=tasks.mend_index,
)
TASKS = WorkerTasks(
    modules=("community.stories.tasks",),
    # Where names end before the text does, the text is found again without them within a minute.
    schedule=(ScheduledTask("mend index of stories", "stories.mend_index", timedelta(minutes=1)),),
)
STORIES = Room(
    name="stories",
    things=(STORY, PART, FIGURE),
    signals=(SignalKind.STORY_SUBMITTED, SignalKind.STORY_PUBLISHED, SignalKind.STORY_QUOTED),
    search=SEARCH,
    guest_tables=GUEST_TABLES,
    notifications=WRITING,
    erasures=ERASURES,
    tasks=TASKS,
    sample=write_sample,
)
