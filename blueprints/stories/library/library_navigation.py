"""The library's item of the staff's navigation."""

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import NavGroup, NavItem
from community.stories.rules import works_with_stories

LIBRARY_ITEM = NavItem(
    NavGroup.STAFF,
    30,
    _l("事例ライブラリ"),
    "stories.show_library",
    "book",
    works_with_stories,
    frozenset(
        {
            "stories.list_candidates",
            "stories.list_tags",
            "stories.add_tag",
            "stories.edit_tag",
            "stories.edit_filter",
            "stories.place_story",
        }
    ),
)
