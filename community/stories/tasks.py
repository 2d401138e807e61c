"""Tasks of the worker: reminders to approvers, warnings before consents end."""

from celery import shared_task

from models.base import today, transaction

from . import approval_reminders, expiry, visits


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
