"""What stories hand over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .home import HOME_CARDS
from .library.library_navigation import LIBRARY_ITEM
from .library.saved_forms import SAVED_FORMS
from .navigation import NAVIGATION
from .own_data import EXPORT
from .people import COMPANY_SECTION, PROFILE_SECTION
from .reading.loaders import scopes_of_stories
from .search import SEARCH
from .writing.begin import CONVERSIONS

STORIES = RoomPages(
    name="stories",
    blueprint=bp,
    navigation=(*NAVIGATION, LIBRARY_ITEM),
    returns_after_sign_in=True,
    guest_scopes=scopes_of_stories,
    home_cards=HOME_CARDS,
    profile_sections=(PROFILE_SECTION,),
    company_sections=(COMPANY_SECTION,),
    export=EXPORT,
    search=SEARCH,
    saved_forms=(SAVED_FORMS,),
    conversions=CONVERSIONS,
    number_params=frozenset({"old", "new"}),
)
