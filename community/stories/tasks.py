"""Tasks of the worker for stories."""

from celery import shared_task

from models.base import transaction

from . import indexing

CHUNK = 100


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
