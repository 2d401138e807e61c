"""Everything that follows when what may be shown of a story has changed, in the transaction of the change.

Cached pages of guests follow from the changed rows themselves (`guest_scopes`).
"""

from community import realtime
from community.notifications import actions as notifications
from community.stories import queries
from community.stories.consent.consents import MEMBER_READING
from community.stories.consent.permits import permit_first
from community.stories.turns.owners import list_author_ids
from models.base import db, today
from models.stories import Story

from . import end_warnings, indexing, plans, unshown

EVENT = "story"


def follow_change(story: Story) -> None:
    """Let search, watchers and open pages follow a publication, a consent, a withdrawal, a removal or a restoration.

    Called in the transaction of the act, after its rows. The authors of a story that is shown, who are still of its
    company, are notified of questions about it. People are told of uses that they planned and that may not take place
    any more, and of a published story that nobody reads any more. Warnings of what is no end any more are withdrawn.
    """
    indexing.index_stories([story.id])
    evidence, day = queries.get_evidence(story.id), today()
    if permit_first(evidence, MEMBER_READING, day) is not None:
        for member_id in sorted(list_author_ids(story)):
            notifications.watch(member_id, story)
    end_warnings.withdraw_void(evidence, day)
    plans.tell_planners(evidence, day)
    unshown.tell_unshown(story, evidence, day)
    story.shown_revision = Story.shown_revision + 1
    db.session.flush()
    db.session.refresh(story, ["shown_revision"])
    realtime.push(f"{Story.__tablename__}:{story.id}", EVENT, {"id": story.id, "version": story.shown_revision})
