"""The door from Celery: what is kept of a person's devices goes when they are no longer used."""

from celery import shared_task

from models.base import transaction

from . import sign_ins


@shared_task(name="accounts.forget_unseen")
def forget_unseen() -> None:
    """Sign out where nobody has come back for a long time."""
    with transaction():
        sign_ins.forget_unseen()
