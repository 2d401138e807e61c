"""Tasks of the worker for stories: reminders, warnings before consents end, and what follows their end."""

from celery import shared_task
from flask import current_app

from community.jobs import hurry
from models.base import now, today, transaction

from .approval import approval_reminders, expiry, visits
from .publishing import indexing
from .turns import reminders
from .workflow import rerendering

CHUNK = 100
# Texts of one job, so that other jobs get their turn; the next job goes on.
RERENDERED_A_RUN = 500


@shared_task(name="stories.mend_index")
def mend_index() -> int:
    """Index anew the stories of which a consent has ended: the rest of them is found again. Return how many.

    A document that has ended is found by nobody meanwhile.
    """
    with transaction():
        ended = indexing.list_ended()
    for start in range(0, len(ended), CHUNK):
        with transaction():
            indexing.index_stories(ended[start : start + CHUNK])
    return len(ended)


@shared_task(name="stories.remind")
def remind() -> None:
    """Send the reminders that are due, each step's in a transaction of its own; what was sent is not sent again."""
    at, zone = now(), current_app.config["COMMUNITY_ZONE"]
    with transaction():
        ids = reminders.list_ids_to_remind(at)
    for step_id in ids:
        with transaction():
            reminders.remind(step_id, at, zone)


@shared_task(name="stories.remind_approvers")
def remind_approvers() -> None:
    """Mail the approvers who have not answered what is due today. Idempotent."""
    with transaction():
        approval_reminders.remind_approvers()


@shared_task(name="stories.warn_of_ends")
def warn_of_ends() -> None:
    """Notify authors and CSMs of consents that end soon; delete old visits. Idempotent."""
    with transaction():
        expiry.warn_of_ends(today())
        visits.forget_old()


@shared_task(name="stories.rerender")
def rerender(most: int = RERENDERED_A_RUN) -> int:
    """Render versions and comments anew, in chunks, after an upgrade that changed the dialect. Return how many.

    After `most` of either the next job goes on.
    """
    done = 0
    for rerender_some in (rerendering.rerender_versions, rerendering.rerender_comments):
        chunk, so_far = rerendering.CHUNK, 0
        while chunk == rerendering.CHUNK and so_far < most:
            with transaction():
                chunk = rerender_some(rerendering.CHUNK)
                so_far += chunk
                if so_far >= most and chunk == rerendering.CHUNK:
                    hurry("stories.rerender")
        done += so_far
    return done
