"""Turn what a person typed into what is stored: HTML, the mentioned people, the keys of files."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _

from community import text
from community.accounts.names import author_label
from community.files.queries import list_shapes
from models.accounts import Member

from .queries import names_by_handle

TITLE_MAX = 120
_EMPTY_START = re.compile(r"\A(?:[ \t]*\n)*(?: {1,3}(?![ \t]))?")


@dataclass(frozen=True)
class Composed:
    """One body, ready to be stored."""

    body: str
    html: str
    mentioned: list[Member]
    files: list[str]


def clean_title(title: str) -> str:
    """Return the title on one line, shortened, without unwanted characters; "" if nothing of it is visible."""
    line = text.cut(" ".join(text.tidy(title).split()), TITLE_MAX)
    return "" if text.is_blank(line) else line


def clean_body(typed: str) -> str:
    """Return what was typed as it is stored.

    What has a meaning at the beginning stays: a full-width space before a paragraph, four spaces before code.
    """
    return _EMPTY_START.sub("", text.tidy(typed), count=1).rstrip()


def compose(typed: str) -> Composed:
    """Return the body as it is stored, with its HTML, mentioned people and files.

    Raises text.BadTextError with a message for the author; also if nothing of the body would be visible.
    """
    body = clean_body(typed)
    known = names_by_handle(text.possible_mentions(body))
    sizes, notes = list_shapes(text.possible_files(body))
    rendered = text.render(
        body,
        mentions={handle: author_label(None, member) for handle, member in known.items()},
        images=sizes,
        files=notes,
    )
    if text.shows_nothing(rendered.html):
        raise text.BadTextError(_("本文を書いてください。例：何をしたいか、いまどうなっているか"))
    mentioned = [known[handle] for handle in rendered.mentions if handle in known]
    return Composed(body, rendered.html, mentioned, rendered.files)
