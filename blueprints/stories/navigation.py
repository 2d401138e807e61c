"""The stories' items of the navigation."""

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import NavGroup, NavItem
from community.stories import rules
from models.accounts import Member


def _writes(member: Member) -> bool:
    return rules.can_tell(member) or rules.works_with_stories(member)


NAVIGATION = (
    NavItem(NavGroup.MAIN, 20, _l("事例"), "stories.show_gallery", "book", behind=frozenset({"stories.show_story"})),
    NavItem(
        NavGroup.OWN,
        40,
        _l("わたしの事例"),
        "stories.list_own_stories",
        "book",
        _writes,
        behind=frozenset(
            {
                "stories.new_story",
                "stories.show_contents",
                "stories.write_part",
                "stories.save_part",
                "stories.list_part_texts",
                "stories.add_figure",
                "stories.edit_figure",
                "stories.choose_tags",
                "stories.show_team",
                "stories.submit_story",
            }
        ),
    ),
    NavItem(
        NavGroup.STAFF,
        20,
        _l("事例の進行"),
        "stories.list_waiting",
        "book",
        rules.works_with_stories,
        behind=frozenset(
            {
                "stories.show_desk",
                "stories.preview_story",
                "stories.compare_versions",
                "stories.ask_changes",
                "stories.ask_update",
                "stories.publish_story",
                "stories.take_up",
                "stories.change_due",
                "stories.withdraw_story",
                "stories.list_approvers",
                "stories.add_approver",
                "stories.ask_approvers",
                "stories.ask_about_removing",
                "stories.remove_approver",
                "stories.show_consents",
                "stories.withdraw_consents",
            }
        ),
    ),
)
