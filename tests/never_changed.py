"""Finds names of people and companies in rows that are never changed; there must be none (`docs/decisions`)."""

import re

import sqlalchemy as sa

from community.room import current_rooms
from models.accounts import Account, AccountKind, Invitation, MailDomain, Member, Segment, StaffRole, Stage
from models.audit import AuditEntry
from models.base import db
from models.forums import Audience
from models.health import Policy
from models.joining import TermsAcceptance
from models.ledger import Signal, SignalSequence

TABLES = (Signal, SignalSequence, AuditEntry, Policy, TermsAcceptance)
# A handle may equal a word of the code, such as that of a tester called `cs`.
OURS = {str(word) for kind in (AccountKind, Segment, Stage, StaffRole, Audience) for word in kind}


def list_texts() -> list[str]:
    """Return all texts and JSON values of these tables."""
    found: list[str] = []
    for table in TABLES:
        for column in sa.inspect(table).local_table.columns:
            if isinstance(column.type, sa.String | sa.JSON):
                shown = sa.select(column).where(column.is_not(None))
                found += {str(value) for value in db.session.scalars(shown)}
    return found


def list_named() -> list[str]:
    """Return the names, addresses and domains that occur anywhere in them, and the handles that occur as words."""
    text = "\n".join(list_texts())
    words = set(re.findall(r"[A-Za-z0-9_-]+", text))
    people = db.session.scalars(sa.select(Member)).unique().all()
    anywhere = {
        *db.session.scalars(sa.select(Account.name)),
        *db.session.scalars(sa.select(MailDomain.domain)),
        *db.session.scalars(sa.select(Invitation.email)),
        *(name for each in people for name in (each.display_name, each.email, each.family_name, each.given_name)),
    }
    named = [name for name in anywhere if len(name) > 1 and name in text]
    return sorted(
        [*named, *({each.handle for each in people} & words - OURS - current_rooms().audit_words.words.keys())]
    )
