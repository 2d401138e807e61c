"""The doors from Celery: devices that are no longer used are forgotten, and what was planned for a day begins."""

from celery import shared_task

from models.base import now, today, transaction

from . import indexing, memberships, sign_ins

# A transaction for so many takes less than a second.
PEOPLE_AT_ONCE = 200


@shared_task(name="accounts.forget_unseen")
def forget_unseen() -> None:
    """Sign out where nobody has come back for a long time."""
    with transaction():
        sign_ins.forget_unseen()


@shared_task(name="accounts.begin_day")
def begin_day() -> None:
    """Let those find a person who may since their company changed by itself; done twice, it is done once.

    Also what was missed while no worker was there: the index knows of whom it no longer speaks.
    """
    with transaction():
        outdated = indexing.list_outdated(now())
    for start in range(0, len(outdated), PEOPLE_AT_ONCE):
        with transaction():
            indexing.index_anew(outdated[start : start + PEOPLE_AT_ONCE])
    with transaction():
        memberships.announce_changes_of(today())
