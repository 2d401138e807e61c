"""What joining hands over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .navigation import NAVIGATION
from .own_data import EXPORT
from .registration import WELCOME_ACT

JOINING = RoomPages(
    name="joining",
    blueprint=bp,
    navigation=NAVIGATION,
    welcome_acts=(WELCOME_ACT,),
    export=EXPORT,
    number_params=frozenset({"version"}),
)
