"""What things of other rooms can become here. A real room has this in blueprints/<room>/conversions.py."""

from flask_babel import lazy_gettext as _l

from blueprints.room_parts import Conversion
from community import text
from community.room import Thing

from . import rules
from .forms import BODY_MAX, TITLE_MAX

CONVERSIONS = (Conversion("topic", _l("覚え書きにする"), "book", "notes.write_note", rules.can_convert),)


def begin_with(origin: Thing) -> dict[str, object]:
    """Return the values of the form for a note that starts from this thing: its title, and its words with a link."""
    words = f"[{origin.title}]({origin.address})\n\n> {text.to_plain(origin.html)}"
    return {"title": text.cut(origin.title, TITLE_MAX), "body": text.cut(words, BODY_MAX)}
