"""What the accounts hand over on this floor."""

from blueprints.room import RoomPages

from .bp import bp
from .navigation import NAVIGATION
from .newcomers import WELCOME_ACT
from .own_data import EXPORT

ACCOUNTS = RoomPages(
    name="accounts",
    blueprint=bp,
    navigation=NAVIGATION,
    welcome_acts=(WELCOME_ACT,),
    export=EXPORT,
)
