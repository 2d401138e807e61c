"""What stories hand over on this floor."""

from flask_babel import lazy_gettext as _l

from blueprints.room import RoomPages
from blueprints.room_parts import NavGroup, NavItem
from community.stories import rules
from models.accounts import Member

from .begin import CONVERSIONS
from .bp import bp
from .own_data import EXPORT
from .saved_forms import SAVED_FORMS


def _has_own(member: Member) -> bool:
    return rules.can_tell(member) or rules.works_with_stories(member)


NAVIGATION = (NavItem(NavGroup.OWN, 40, _l("わたしの事例"), "stories.list_own_stories", "book", _has_own),)

STORIES = RoomPages(
    name="stories",
    blueprint=bp,
    returns_after_sign_in=True,
    navigation=NAVIGATION,
    conversions=CONVERSIONS,
    export=EXPORT,
    saved_forms=(SAVED_FORMS,),
)
