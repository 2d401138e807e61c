"""Entries of joining in the navigation."""

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import NavGroup, NavItem
from community.accounts import rules
from community.joining import rules as joining_rules

NAVIGATION = (
    NavItem(
        NavGroup.STAFF,
        40,
        _l("招待"),
        "joining.list_invitations",
        "users",
        joining_rules.can_invite,
        frozenset(
            {
                "joining.invite",
                "joining.list_links",
                "joining.make_link",
                "joining.show_csv_invitations",
                "joining.preview_csv_invitations",
            }
        ),
    ),
    NavItem(
        NavGroup.STAFF,
        50,
        _l("規約"),
        "joining.list_terms",
        "file",
        rules.is_administrator,
        frozenset({"joining.publish_terms"}),
    ),
)
