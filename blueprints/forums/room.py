"""What the forum hands over on this floor."""

from blueprints.room import RoomPages

from .about import CONVERSIONS, THING_SECTION
from .bp import bp
from .contributions import PROFILE_SECTION
from .home import HOME_CARDS, WELCOME_ACTS, describe_week, suggest_questions
from .loaders import scopes_of_lists
from .navigation import NAVIGATION
from .own_data import EXPORT
from .saved_forms import SAVED_FORMS
from .search import SEARCH

FORUMS = RoomPages(
    name="forums",
    blueprint=bp,
    navigation=NAVIGATION,
    returns_after_sign_in=True,
    home_cards=HOME_CARDS,
    pulse=describe_week,
    welcome_acts=WELCOME_ACTS,
    profile_sections=(PROFILE_SECTION,),
    thing_sections=(THING_SECTION,),
    conversions=CONVERSIONS,
    export=EXPORT,
    search=SEARCH,
    guest_scopes=scopes_of_lists,
    saved_forms=(SAVED_FORMS,),
    before_first_notification=suggest_questions,
    number_params=frozenset({"quote", "version"}),
)
