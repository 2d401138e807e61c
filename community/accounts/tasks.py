"""Tasks: what is kept of devices and of tries goes when unused, what was planned for a day begins."""

from celery import shared_task

from community.accounts import indexing, memberships, roles
from models.base import today, transaction

# A transaction for so many takes less than a second.
PEOPLE_AT_ONCE = 200


@shared_task(name="accounts.begin_day")
def begin_day() -> None:
    """Take the roles of who has left the vendor, and let those find a person who may since their company changed.

    Done twice, it is done once.

    Also what was missed while no worker was there.
    """
    with transaction():
        roles.take_ended_roles()
    mend_index()
    with transaction():
        memberships.announce_changes_of(today())


def mend_index() -> int:
    """Index those anew of whom the index says something else than is so now; return how many.

    Also after an upgrade and of a restored archive: what an older version wrote knows nothing of today's rules.
    """
    with transaction():
        outdated = indexing.list_outdated()
    for start in range(0, len(outdated), PEOPLE_AT_ONCE):
        with transaction():
            indexing.index_anew(outdated[start : start + PEOPLE_AT_ONCE])
    return len(outdated)
