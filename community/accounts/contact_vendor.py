"""A company's administrator writes to the vendor: objects to what is recorded, wants to end, or anything else."""

from collections.abc import Sequence
from enum import StrEnum

from community import audit
from community.accounts import queries, rules
from community.mail.actions import queue_mail
from community.mail.letters import write_letter
from models.accounts import Account, Member
from models.base import db


class Matter(StrEnum):
    """What the administrator writes about."""

    RECORDS = "records"
    ENDING = "ending"
    OTHER = "other"


def write_to_vendor(account: Account, by: Member, matter: Matter, text: str) -> int:
    """Mail the text to the company's CSM, or to all CS people if there is none. Return the number of mails.

    The audit log notes that it was written and about what; the text stands in the mails alone.
    """
    entry = audit.record(by.id, "account.write_to_vendor", "account", account.id, after={"matter": matter.value})
    db.session.flush()
    recipients = _list_recipients(account)
    values = {
        "matter": matter.value,
        "company": account.name,
        "name": by.display_name,
        "email": by.email,
        "text": text,
    }
    for recipient in recipients:
        queue_mail(
            "contact_vendor",
            recipient.email,
            write_letter("contact_vendor", recipient.locale, values),
            event_key=f"contact_vendor {entry.id} {recipient.id}",
            member_id=recipient.id,
        )
    return len(recipients)


def _list_recipients(account: Account) -> Sequence[Member]:
    """Return the company's CSM, unless they are erased or may no longer see scores; else all CS people."""
    in_charge = queries.get_member(account.csm_id) if account.csm_id is not None else None
    is_there = in_charge is not None and in_charge.erased_at is None and rules.can_see_scores(in_charge)
    return [in_charge] if in_charge is not None and is_there else queries.list_cs_people()
