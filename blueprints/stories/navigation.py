"""The stories' items of the navigation."""

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import NavGroup, NavItem

NAVIGATION = (
    NavItem(NavGroup.MAIN, 20, _l("事例"), "stories.show_gallery", "book", behind=frozenset({"stories.show_story"})),
)
