"""Tasks of the worker: count views, delete discarded drafts, render posts of an older dialect anew."""

from celery import shared_task

from community.forums import drafts, reading, rerendering
from community.jobs import hurry
from models.base import transaction

# Posts of one job, so that other jobs get their turn; the next job goes on.
RERENDERED_A_RUN = 1_000


@shared_task(name="forums.count_views")
def count_views() -> None:
    """Add all pending views to their topics' counts, in transactions that are short enough for other writers."""
    counted = reading.VIEW_CHUNK
    while counted == reading.VIEW_CHUNK:
        with transaction():
            counted = reading.count_views()


@shared_task(name="forums.forget_drafts")
def forget_drafts() -> None:
    """Delete the drafts that were discarded or posted a day ago."""
    with transaction():
        drafts.forget_discarded()


@shared_task(name="forums.rerender_posts")
def rerender_posts(most: int = RERENDERED_A_RUN) -> int:
    """Render posts anew, in chunks, after an upgrade that changed the dialect. Return how many were looked at.

    After `most` posts the next job goes on.
    """
    done = 0
    chunk = rerendering.POST_CHUNK
    while chunk == rerendering.POST_CHUNK and done < most:
        with transaction():
            chunk = rerendering.rerender_posts(rerendering.POST_CHUNK)
            done += chunk
            if done >= most and chunk == rerendering.POST_CHUNK:
                hurry("forums.rerender_posts")
    return done
