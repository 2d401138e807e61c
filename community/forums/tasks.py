"""The door from Celery: views are added to their topics' numbers, a few seconds late and many at once."""

from celery import shared_task

from community.forums import reading
from models.base import transaction


@shared_task(name="forums.count_views")
def count_views() -> None:
    """All that wait, in transactions of a size that holds up nobody."""
    counted = reading.VIEWS_AT_ONCE
    while counted == reading.VIEWS_AT_ONCE:
        with transaction():
            counted = reading.count_views()
