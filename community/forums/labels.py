"""What categories and their audiences are called."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from models.forums import Audience, Category

AUDIENCES: dict[str, LazyString] = {
    Audience.PUBLIC: _("だれでも（サインインなしで）"),
    Audience.SIGNED_IN: _("サインインした人（検討中の方も）"),
    Audience.MEMBERS: _("会員（お客さまとパートナー）"),
    Audience.STAFF: _("運営だけ"),
}


def category_name(category: Category) -> str:
    """Return the category's name: the English one if the viewer reads English and there is one."""
    return category.name_en if category.name_en and str(get_locale()).startswith("en") else category.name
