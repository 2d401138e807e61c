"""Tasks of accounts: what was planned for a day begins, and the search index is mended."""

from celery import shared_task

from community.accounts import actions, indexing, memberships, records, roles
from models.base import today, transaction

# A transaction for so many takes less than a second.
PERSON_CHUNK = 200


@shared_task(name="accounts.begin_day")
def begin_day() -> None:
    """Take the roles of people who left the vendor, mend the index, announce the memberships that begin or end today.

    Idempotent. Roles and index are also put right for days on which no worker ran, and what processes of an older
    version write while an upgrade is under way: they know neither records nor keys of addresses.
    """
    with transaction():
        roles.revoke_ended_roles()
    mend_index()
    with transaction():
        records.record_what_is_missing()
        actions.fill_address_keys()
    with transaction():
        memberships.announce_changes_of(today())


def mend_index() -> int:
    """Index the people anew whose index row is outdated, and return how many.

    It also runs after an upgrade and a restore: rows of an older version know nothing of today's rules.
    """
    with transaction():
        outdated = indexing.list_outdated()
    for start in range(0, len(outdated), PERSON_CHUNK):
        with transaction():
            indexing.index_anew(outdated[start : start + PERSON_CHUNK])
    return len(outdated)
