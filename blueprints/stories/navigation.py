"""The items of the navigation."""

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import NavGroup, NavItem
from community.stories.rules import works_with_stories

NAVIGATION = (
    NavItem(
        NavGroup.STAFF,
        20,
        _l("事例"),
        "stories.list_waiting",
        "book",
        works_with_stories,
        behind=frozenset(
            {
                "stories.show_desk",
                "stories.compare_versions",
                "stories.ask_changes",
                "stories.ask_update",
                "stories.publish_story",
                "stories.take_up",
                "stories.change_due",
            }
        ),
    ),
)
