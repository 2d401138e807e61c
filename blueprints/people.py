"""People as pages name them."""

from flask_babel import gettext as _

from community.accounts.rules import can_see_profile
from community.app.addresses import url_for
from models.accounts import Member


def name_of(member: Member) -> str:
    return _("退会した方") if member.erased_at else member.display_name


def profile_of(member: Member, seen_by: Member | None) -> str | None:
    """The address of a person's page, for whoever may open it."""
    if member.erased_at or seen_by is None or not can_see_profile(seen_by, member):
        return None
    return url_for("accounts.show_profile", handle=member.handle)
