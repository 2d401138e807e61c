"""How long it takes to read a story: the same on its page, in lists and in mails. Pure."""

import math
from collections.abc import Iterable

from community import text

# Characters that people read in a minute: a usual figure for Japanese, which newspapers and broadcasters give.
CHARACTERS_A_MINUTE = 500


def count_minutes(lead: str, answers: Iterable[str]) -> int:
    """Return how many minutes the lead and the answers (safe HTML) take to read, at least one."""
    characters = len(lead) + sum(len(text.to_plain(html)) for html in answers)
    return max(math.ceil(characters / CHARACTERS_A_MINUTE), 1)
