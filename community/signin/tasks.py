"""Tasks: what is kept of devices and of tries goes when unused."""

from celery import shared_task

from community.signin import known_devices, sign_ins, tries
from models.base import transaction


@shared_task(name="signin.forget_unseen")
def forget_unseen() -> None:
    """Sign out where nobody has come back for a long time, and forget where nobody has for a year."""
    with transaction():
        sign_ins.forget_unseen()
        known_devices.forget_unseen()


@shared_task(name="signin.forget_tries")
def forget_tries() -> None:
    """Delete the counts of tries whose windows are over."""
    with transaction():
        tries.forget_old()
