"""A company's administrator writes to the vendor: an objection to what is recorded, the wish to end, anything else."""

from collections.abc import Sequence
from enum import StrEnum

from community import audit
from community.accounts import queries, rules
from community.mail.actions import queue_mail
from community.mail.letters import write_letter
from models.accounts import Account, Member
from models.base import db


class Matter(StrEnum):
    """What it is about."""

    RECORDS = "records"
    ENDING = "ending"
    OTHER = "other"


def write_to_vendor(account: Account, by: Member, matter: Matter, text: str) -> int:
    """Mail it to who is in charge of the company and still of the staff, else to all CS people; return to how many.

    That it was written is on record; what was written is in the mail only.
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
    in_charge = queries.get_member(account.csm_id) if account.csm_id is not None else None
    is_there = in_charge is not None and in_charge.erased_at is None and rules.can_see_scores(in_charge)
    return [in_charge] if in_charge is not None and is_there else queries.list_cs_people()
