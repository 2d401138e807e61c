"""From what a person typed to what is stored: HTML, the people it names, the pictures it shows."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _

from community import text
from community.accounts.names import author_label
from models.accounts import Member

from .queries import names_by_handle, sizes_of_images

TITLE_MAX = 120
_EMPTY_START = re.compile(r"\A(?:[ \t]*\n)*(?: {1,3}(?![ \t]))?")


@dataclass(frozen=True)
class Composed:
    """One body, ready to be stored."""

    body: str
    html: str
    mentioned: list[Member]
    images: list[str]


def clean_title(title: str) -> str:
    """One line, without what nobody means to type; nothing where nothing of it would be seen."""
    line = text.cut(" ".join(text.tidy(title).split()), TITLE_MAX)
    return "" if text.is_blank(line) else line


def clean_body(typed: str) -> str:
    """What was typed as it is stored.

    What means something at its start stays: a full-width space before a paragraph, four spaces before code.
    """
    return _EMPTY_START.sub("", text.tidy(typed), count=1).rstrip()


def compose(typed: str) -> Composed:
    """Raises text.BadTextError with a message for the author; a body of which nothing would be seen is refused too."""
    body = clean_body(typed)
    known = names_by_handle(text.possible_mentions(body))
    rendered = text.render(
        body,
        mentions={handle: author_label(None, member) for handle, member in known.items()},
        images=sizes_of_images(text.possible_images(body)),
    )
    if text.shows_nothing(rendered.html):
        raise text.BadTextError(_("本文を書いてください。例：何をしたいか、いまどうなっているか"))
    mentioned = [known[handle] for handle in rendered.mentions if handle in known]
    return Composed(body, rendered.html, mentioned, rendered.images)
