"""Tasks of the worker: reminders of steps that are due."""

from celery import shared_task
from flask import current_app

from community.stories import reminders
from models.base import now, transaction


@shared_task(name="stories.remind")
def remind() -> None:
    """Send the reminders that are due, each step's in a transaction of its own; what was sent is not sent again."""
    at, zone = now(), current_app.config["COMMUNITY_ZONE"]
    with transaction():
        ids = reminders.list_ids_to_remind(at)
    for step_id in ids:
        with transaction():
            reminders.remind(step_id, at, zone)
