"""Text that is refused before rendering: too long, or built so that rendering would take too long."""

import re

from flask_babel import gettext as _

# PostgreSQL's tsvector stops counting positions at 16,383, so bodies are kept to what search can index in few chunks.
MAX_CHARACTERS = 20_000
# Python-Markdown looks for the partner of every bracket up to the end of the text: 8,000 "[" took it 32 s.
MAX_RUN = 200
# Each of these may open something whose end is then looked for; more than anybody writes in one post.
MAX_SIGNS = {"[": 600, "`": 1_000, "*": 3_000, "_": 3_000, "~": 3_000}
MAX_LINES = 1_500
# Deeper than people quote and list; Python-Markdown recurses once or more per level.
MAX_DEPTH = 12
MAX_TABLE_COLUMNS = 30
# Emphasis in emphasis; each is a level of the tree.
MAX_NESTING = 30
# Measured: html5lib (bleach) takes about 0.05 ms per tag. A long post of 20,000 characters has some hundred.
MAX_TAGS = 2_000

# Lines of dashes and "wwwww" may be of any length; only characters with a meaning in Markdown count.
_RUN = re.compile(rf"([\[\]()!*_~`<>&\\|#+{{}}'\"])\1{{{MAX_RUN}}}")
_DELIMITERS = re.compile(r"[\s|:\-]*+")


class BadTextError(ValueError):
    """The text cannot be shown; the message is for its author."""


class BodyTooLongError(BadTextError):
    """The text is longer than a post may be."""


def check_length(text: str) -> None:
    """Raise BodyTooLongError if the text is longer than a post may be."""
    if len(text) > MAX_CHARACTERS:
        raise BodyTooLongError(
            _("本文は%(most)s文字までです（いま%(length)s文字）。", most=f"{MAX_CHARACTERS:,}", length=f"{len(text):,}")
        )


def check(text: str) -> None:
    """Raise BadTextError for text that may not be rendered. Linear in its length."""
    check_length(text)
    if run := _RUN.search(text):
        raise BadTextError(
            _("「%(sign)s」が%(most)s個より多く続いています。減らしてください。", sign=run[1], most=MAX_RUN)
        )
    for sign, most in MAX_SIGNS.items():
        if text.count(sign) > most:
            raise BadTextError(
                _("「%(sign)s」が多すぎます。%(most)s個までにしてください。", sign=sign, most=f"{most:,}")
            )
    _check_lines(text.split("\n"))


def _check_lines(lines: list[str]) -> None:
    if len(lines) > MAX_LINES:
        raise BadTextError(_("行が多すぎます。%(most)s行までにしてください。", most=f"{MAX_LINES:,}"))
    for line in lines:
        if line.count("|") > MAX_TABLE_COLUMNS + 1 and "-" in line and _DELIMITERS.fullmatch(line):
            raise BadTextError(_("表の列が多すぎます。%(most)s列までにしてください。", most=MAX_TABLE_COLUMNS))


def check_rendered(html: str) -> None:
    """Raise BadTextError for output whose cleaning would take too long."""
    if html.count("<") > 2 * MAX_TAGS:
        raise too_many_tags()


def too_many_tags() -> BadTextError:
    """Return the error for text with more parts than can be cleaned in time."""
    return BadTextError(_("書式が多すぎて表示できません。投稿を分けてください。"))


def too_deep() -> BadTextError:
    """Return the error for quotes, lists or emphasis that are nested too deeply."""
    return BadTextError(_("引用や箇条書きの入れ子が深すぎます。%(most)s段までにしてください。", most=MAX_DEPTH))
