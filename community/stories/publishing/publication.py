"""Everything that follows when what may be shown of a story has changed, in the transaction of the change.

Cached pages of guests follow from the changed rows themselves (`guest_scopes`).
"""

from community import realtime
from community.notifications import actions as notifications
from community.stories import queries
from community.stories.consent.consents import MEMBER_READING
from community.stories.turns.owners import list_author_ids
from models.base import db
from models.stories import Story

from . import indexing

EVENT = "story"


def follow_change(story: Story) -> None:
    """Let search, watchers and open pages follow a publication, a consent, a withdrawal, a removal or a restoration.

    Called in the transaction of the act, after its rows. The authors of a story that is shown, who are still of its
    company, are notified of questions about it.
    """
    indexing.index_stories([story.id])
    permit = queries.get_permit(story.id, MEMBER_READING)
    if permit is not None:
        for member_id in sorted(list_author_ids(story)):
            notifications.watch(member_id, story)
    story.shown_revision = Story.shown_revision + 1
    db.session.flush()
    db.session.refresh(story, ["shown_revision"])
    realtime.push(f"{Story.__tablename__}:{story.id}", EVENT, {"id": story.id, "version": story.shown_revision})
