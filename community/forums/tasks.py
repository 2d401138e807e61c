"""Tasks: views are added to their topics' numbers, and posts of an older dialect are rendered anew."""

from celery import shared_task

from community.forums import drafts, reading, rerendering
from community.jobs import hurry
from models.base import transaction

# Then others have their turn; what is left goes on with the next job.
RERENDERED_A_RUN = 1_000


@shared_task(name="forums.count_views")
def count_views() -> None:
    """All that wait, in transactions of a size that holds up nobody."""
    counted = reading.VIEWS_AT_ONCE
    while counted == reading.VIEWS_AT_ONCE:
        with transaction():
            counted = reading.count_views()


@shared_task(name="forums.forget_drafts")
def forget_drafts() -> None:
    """Drop the drafts that were given up or sent a day ago."""
    with transaction():
        drafts.forget_discarded()


@shared_task(name="forums.rerender_posts")
def rerender_posts(most: int = RERENDERED_A_RUN) -> int:
    """After an upgrade that changed the dialect, chunk by chunk; otherwise there is nothing to do. Return how many."""
    done = 0
    chunk = rerendering.POSTS_AT_ONCE
    while chunk == rerendering.POSTS_AT_ONCE and done < most:
        with transaction():
            chunk = rerendering.rerender_posts(rerendering.POSTS_AT_ONCE)
            done += chunk
            if done >= most and chunk == rerendering.POSTS_AT_ONCE:
                hurry("forums.rerender_posts")
    return done
