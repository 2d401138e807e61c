"""The text after an opening code fence: a language and its attributes, or words that are to be read."""

import re
from dataclasses import dataclass

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# `python`, `c++`, `{.python}`, and as on Japanese sites for programmers with a file's name: `js:app.js`.
_LANGUAGE = re.compile(r"(?:\{[ \t]*+)?\.?(?P<name>(?=[0-9+#._-]*+[A-Za-z])[A-Za-z0-9+#._-]{1,32}+)(?P<after>.*)")
_FILE = re.compile(r":(\S+)")
# Attributes that need not be shown: `title=x`, `title="a b"`, `.numbers`, `#id`, `{1,3-5}`.
_ATTRIBUTES = re.compile(
    r"""(?:[ \t{}]++|[\w:.-]++=(?:"[^"]*+"|'[^']*+'|[^\s"'{}]*+)(?=[\s}]|$)|[.#][\w-]++|[0-9,-]++(?=\}))*+""", re.ASCII
)


@dataclass(frozen=True)
class Opening:
    """The language, and the `words` that are neither language nor attribute; they are shown, so nothing is lost."""

    language: str
    words: str


def opening(info: str, sign: str) -> Opening | None:
    """Return what follows the fence's signs; None if it opens nothing but is a banner (`~~~ ご案内 ~~~`)."""
    info = info.strip(" \t")
    if info.endswith(sign):
        return None
    found = _LANGUAGE.fullmatch(_ESCAPED.sub(r"\1", info))
    after = found["after"] if found else ""
    if found and (file := _FILE.fullmatch(after)):
        return Opening(found["name"], file[1])
    if found is None or (after and after[0] not in " \t}"):
        return Opening("", info)
    is_hidden = after.isascii() and _ATTRIBUTES.fullmatch(after)
    return Opening(found["name"], "" if is_hidden else after.strip(" \t}"))
