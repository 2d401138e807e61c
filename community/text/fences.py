"""What stands behind the signs that open code: a language and its attributes, or words that somebody wants read."""

import re
from dataclasses import dataclass

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# `python`, `c++`, `{.python}`, and as Japanese sites for programmers have it, with a file's name: `js:app.js`.
_LANGUAGE = re.compile(r"(?:\{[ \t]*+)?\.?(?P<name>(?=[0-9+#._-]*+[A-Za-z])[A-Za-z0-9+#._-]{1,32}+)(?P<after>.*)")
_FILE = re.compile(r":(\S+)")
# Of these nobody misses anything: `title=x`, `title="a b"`, `.numbers`, `#id`, `{1,3-5}`.
_ATTRIBUTES = re.compile(
    r"""(?:[ \t{}]++|[\w:.-]++=(?:"[^"]*+"|'[^']*+'|[^\s"'{}]*+)(?=[\s}]|$)|[.#][\w-]++|[0-9,-]++(?=\}))*+""", re.ASCII
)


@dataclass(frozen=True)
class Opening:
    """`words`: what is neither language nor attribute; it is shown, for nothing that is typed vanishes."""

    language: str
    words: str


def opening(info: str, sign: str) -> Opening | None:
    """What the line says behind its signs. None: it opens nothing, its words are text (`~~~ ご案内 ~~~`)."""
    info = info.strip(" \t")
    if not info:
        return Opening("", "")
    found = _LANGUAGE.fullmatch(_ESCAPED.sub(r"\1", info))
    if found is None or is_closed(info, sign):
        return None
    after = found["after"]
    if file := _FILE.fullmatch(after):
        return Opening(found["name"], file[1])
    if after and after[0] not in " \t}":
        return None
    is_hidden = after.isascii() and _ATTRIBUTES.fullmatch(after)
    return Opening(found["name"], "" if is_hidden else after.strip(" \t}"))


def is_closed(info: str, sign: str) -> bool:
    """Whether the line ends with the signs that it begins with: a banner, which needs no other line."""
    return info.rstrip(" \t").endswith(sign)
