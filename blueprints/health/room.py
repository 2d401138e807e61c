"""What the scores hand over on this floor: navigation, parts of pages."""

from flask_babel import lazy_gettext as _l

from blueprints.room import RoomPages
from blueprints.room_parts import NavGroup, NavItem
from community.accounts import rules

from .bp import bp

ACCOUNT_PAGES = frozenset({"health.show_account", "health.list_acts", "health.note_alarm", "health.export_accounts"})
HEALTH = RoomPages(
    name="health",
    blueprint=bp,
    navigation=(
        NavItem(
            NavGroup.STAFF,
            5,
            _l("きょう"),
            "health.show_briefing",
            "calendar",
            rules.can_see_scores,
            begins_day=rules.works_in_cs,
        ),
        NavItem(
            NavGroup.STAFF,
            10,
            _l("契約企業"),
            "health.list_accounts",
            "building",
            rules.can_see_scores,
            behind=ACCOUNT_PAGES,
        ),
    ),
)
