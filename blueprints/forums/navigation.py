"""The forum's items of the navigation."""

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import NavGroup, NavItem, every_member
from community.accounts import rules
from models.accounts import Member


def may_ask_somewhere(member: Member) -> bool:
    """Return whether the member is offered the button; the form decides in which categories they may ask."""
    return rules.is_member(member) and rules.can_take_part(member)


NAVIGATION = (
    NavItem(NavGroup.MAIN, 10, _l("質問・相談"), "forums.list_categories", "message", is_whole_blueprint=True),
    NavItem(NavGroup.ACT, 10, _l("質問する"), "forums.new_topic", "plus", may_ask_somewhere),
    NavItem(NavGroup.OWN, 20, _l("下書き"), "forums.list_drafts", "file", every_member),
    NavItem(
        NavGroup.OWN,
        30,
        _l("わたしの投稿"),
        "forums.list_own_contributions",
        "reply",
        every_member,
        frozenset({"forums.list_own_contributions"}),
    ),
    NavItem(
        NavGroup.STAFF,
        60,
        _l("カテゴリ"),
        "forums.list_all_categories",
        "book",
        rules.is_community_manager,
        frozenset({"forums.create_category", "forums.edit_category"}),
    ),
)
