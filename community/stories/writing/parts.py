"""What each part may hold, and how long it reads well. Pure: texts in, texts or a sentence out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from community import text
from community.stories.versions.content import QUESTIONS
from community.text import BadTextError, limits
from models.stories import StoryPartName

# The order in which one is led through them.
PARTS = (*QUESTIONS, StoryPartName.TITLE, StoryPartName.LEAD, StoryPartName.QUOTE, StoryPartName.TRIES)
# Parts on one line.
LINES = frozenset({StoryPartName.TITLE, StoryPartName.QUOTE})
# Characters; answers are as long as a post may be. The title is as long as a topic's, the quote fits a slide.
LONGEST: Mapping[StoryPartName, int] = {
    StoryPartName.TITLE: 120,
    StoryPartName.LEAD: 400,
    StoryPartName.QUOTE: 200,
    StoryPartName.TRIES: 1_000,
}
# What a reader can try first: more are no longer "first".
MOST_TRIES = 5
# Of an answer that reads well on a phone (the design's figures); never a limit.
GUIDE = (80, 160)

_PICTURE = re.compile(r"!\[[^\]\n]*\]\(/files/[^)\s]*\)")
_FILE_LINK = re.compile(r"\]\(/files/")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Length:
    """How much is written: visible characters without Markdown of pictures, and pictures."""

    characters: int
    pictures: int


def clean_part(name: StoryPartName, body: str) -> str:
    """Return the text as it is stored, "" if nothing of it is visible. Raise BadTextError (message for the author)."""
    kept = text.tidy(body)
    if name in LINES:
        kept = " ".join(kept.split())
    if text.is_blank(kept):
        return ""
    most = longest(name)
    if len(kept) > most:
        raise BadTextError(_("%(most)s文字までです（いま%(n)s文字）。", most=f"{most:,}", n=f"{len(kept):,}"))
    if name == StoryPartName.TRIES and len([line for line in kept.splitlines() if line.strip()]) > MOST_TRIES:
        raise BadTextError(_("まず試すことは、%(n)sつまでです。", n=MOST_TRIES))
    if name == StoryPartName.TRIES:
        limits.check(kept)
    else:
        text.render(kept)  # so that what is submitted can be shown
    if name not in QUESTIONS and _FILE_LINK.search(kept):
        raise BadTextError(_("画像は、7つの質問の答えに入れてください。"))
    return kept


def longest(name: StoryPartName) -> int:
    """Return how many characters the part may have."""
    return LONGEST.get(name, text.MAX_CHARACTERS)


def measure(body: str) -> Length:
    """Return how much is written. The editor's script counts alike (static/js/autosave.js)."""
    pictures = len(_PICTURE.findall(body))
    return Length(len(_SPACES.sub("", _PICTURE.sub("", body))), pictures)


def first_words(body: str, most: int = 60) -> str:
    """Return the beginning of a text on one line, without its pictures."""
    words = _SPACES.sub(" ", _PICTURE.sub("", body)).strip()
    return words if len(words) <= most else text.cut(words, most - 1).rstrip() + "…"
