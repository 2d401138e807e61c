"""What the scores hand over on this floor: navigation, parts of pages."""

from flask_babel import lazy_gettext as _l

from blueprints.room import RoomPages
from blueprints.room_parts import NavGroup, NavItem
from community.accounts import rules

from .bp import bp

HEALTH = RoomPages(
    name="health",
    blueprint=bp,
    navigation=(
        NavItem(
            NavGroup.STAFF,
            10,
            _l("契約企業"),
            "health.list_accounts",
            "building",
            rules.can_see_scores,
            is_whole_blueprint=True,
        ),
    ),
)
