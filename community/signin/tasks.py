"""Tasks of sign-in: unused sign-ins, known devices and counts of tries are deleted."""

from celery import shared_task

from community.signin import known_devices, sign_ins, tries
from models.base import transaction


@shared_task(name="signin.forget_unseen")
def forget_unseen() -> None:
    """Delete the sign-ins that nobody used for half a year, and the known devices that nobody used for a year."""
    with transaction():
        sign_ins.forget_unseen()
        known_devices.forget_unseen()


@shared_task(name="signin.forget_tries")
def forget_tries() -> None:
    """Delete the counts of tries whose windows are over."""
    with transaction():
        tries.forget_old()
