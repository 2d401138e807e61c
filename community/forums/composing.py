"""From what a person typed to what is stored: HTML, the people it names, the pictures it shows."""

from dataclasses import dataclass

from flask_babel import gettext as _

from community import text
from models.accounts import Member

from .queries import names_by_handle, sizes_of_images


@dataclass(frozen=True)
class Composed:
    """One body, ready to be stored."""

    body: str
    html: str
    mentioned: list[Member]
    images: list[str]


def compose(typed: str) -> Composed:
    """Raises text.BadTextError with a message for the author; an empty body is refused too."""
    body = text.tidy(typed).strip()
    if not body:
        raise text.BadTextError(_("本文を書いてください。例：何をしたいか、いまどうなっているか"))
    known = names_by_handle(text.find_mentions(body))
    images = text.find_images(body)
    names = {handle: member.display_name for handle, member in known.items()}
    html = text.to_html(body, mentions=names, images=sizes_of_images(images))
    return Composed(body, html, list(known.values()), images)
