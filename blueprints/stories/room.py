"""What stories hand over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .home import HOME_CARDS
from .loaders import scopes_of_stories
from .navigation import NAVIGATION
from .people import COMPANY_SECTION, PROFILE_SECTION
from .search import SEARCH

STORIES = RoomPages(
    name="stories",
    blueprint=bp,
    navigation=NAVIGATION,
    returns_after_sign_in=True,
    guest_scopes=scopes_of_stories,
    home_cards=HOME_CARDS,
    profile_sections=(PROFILE_SECTION,),
    company_sections=(COMPANY_SECTION,),
    search=SEARCH,
)
