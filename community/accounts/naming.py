"""How the author of something is named before whoever reads it.

Nothing else names an author: tests/accounts/test_naming.py.
Whether a thing's author is shown with their company, or at all, is decided here and nowhere else.
"""

from typing import Protocol

from flask_babel import gettext as _
from sqlalchemy.orm import Mapped

from community.accounts.labels import company_shown
from community.accounts.member_names import Named
from community.accounts.rules import is_staff
from models.accounts import Account, Member


class Written(Protocol):
    """What somebody wrote: a topic, a post, a story. `account`: the author's company when they wrote it."""

    author: Mapped[Member]
    account: Mapped[Account | None]


def author_label(viewer: Member | None, who: Member | Named | Written) -> str:
    """Return what the viewer (None: a guest, or nobody in particular) reads as the name of the author or person."""
    del viewer  # everybody reads the same name so far
    person = who if isinstance(who, Member | Named) else who.author
    return _("退会した方") if person.erased_at else person.display_name


def author_company(viewer: Member | None, written: Written) -> str:
    """Return the company beside the name of what was written, as the viewer may know it; "" for the vendor's people."""
    return "" if is_staff(written.author) else company_shown(written.account, viewer)
