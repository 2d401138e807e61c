"""Whether the sample community is what this database holds, and how to sign in to it."""

import sqlalchemy as sa

from community.signin.passwords import SAMPLE_PASSWORD
from models.accounts import MailDomain, Member
from models.base import db

# The vendor's domain lies under a name reserved for examples: no real company has it.
VENDOR_DOMAIN = "kumihimo.example.jp"

# One of each kind, in the order in which they are worth trying.
LOGINS = (
    ("saeki", "customer who asks (北浜精工)"),
    ("tadokoro", "customer who answers (鞆浦建材)"),
    ("takase", "customer success"),
    ("nakamura", "moderator, a customer"),
    ("hayasaka", "community manager"),
    ("koga", "partner"),
    ("kudo", "prospect"),
    ("miwa", "administrator"),
)


def is_sample() -> bool:
    """Return whether the people in this database are the sample's."""
    return db.session.get(MailDomain, VENDOR_DOMAIN) is not None


def list_logins() -> list[str]:
    """Return lines for the operator: the password and some addresses. Empty where the people are real."""
    if not is_sample():
        return []
    members = db.session.scalars(sa.select(Member).where(Member.handle.in_(dict(LOGINS))))
    addresses = {member.handle: member.email for member in members}
    width = max(map(len, addresses.values()), default=0)
    people = [f"  {addresses[handle]:<{width}}  {what}" for handle, what in LOGINS if handle in addresses]
    return [f"Sample people, all with the password {SAMPLE_PASSWORD}", *people]
