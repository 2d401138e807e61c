"""Takes personal data and secrets out of log lines: addresses, hashes of addresses, secret links, queries.

Our own lines hold none. Those of libraries and the messages of exceptions do: a database names the address that exists
already, a web server the path that failed.
"""

import logging
import re
from collections.abc import Callable
from ipaddress import ip_address

from structlog.typing import ExcInfo

# Paths whose last part is a secret (community/links.py; a test compares).
SECRET_PATHS = (
    "/stories/approve/", "/password/reset/", "/invitations/", "/join/confirm/", "/join/links/", "/email/confirm/",
    "/email/stop/", "/mails/stop/",
)  # fmt: skip
GONE = "[…]"
AT = ("@", "＠", "%40")
SLASH = ("/", "%2F", "%2f", "%252")
# Also with more slashes than ours have, and percent-encoded in another address (`next=%2Fpassword%2Freset%2F…`).
_SLASH = r"(?:/|%2F|%252F){1,4}"
_SECRET = re.compile(
    rf"({'|'.join(path.replace('/', _SLASH) for path in SECRET_PATHS)})[^\s\"'<>?#)\]\\]+", re.IGNORECASE
)
# The query of an address, `/search?q=…`. No quotation mark or backslash: a line of JSON stays one.
_QUESTION = re.compile(r"(?<=[\w/])\?[^\s\"'<>\\]+")
# At most as long as an address may be (RFC 5321): without a limit, a long line takes quadratic time. Before the @ there
# may be an apostrophe, or anything between quotation marks.
_PART = r"[^\s\"'<>()\[\]{},;:=|\\/@＠]{1,254}"
_NAME = rf"(?:\"[^\"@＠\n]{{1,254}}\"|(?:{_PART}'){{0,4}}{_PART})"
_MAIL = re.compile(rf"{_NAME}(?:[@＠]|%40){_PART}")
# SHA-256, as keys and fingerprints are written.
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{64}(?![0-9A-Za-z])")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\w)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])")
# What every address of either kind contains; both searches begin at a sign that lines have few of.
_COLONS = re.compile(r"::|(?::[0-9A-Fa-f]{1,4}){6}")
_DOTS = re.compile(r"\.\d{1,3}\.\d{1,3}\.")
_AS_THEY_ARE = logging.Formatter()


def scrub(line: str) -> str:
    """Return the line without mail and network addresses, hashes of them, the secrets of links, and queries."""
    # Every request writes a line. Expensive patterns are guarded by a cheap test; they seldom match.
    if any(sign in line for sign in SLASH):
        line = _SECRET.sub(rf"\1{GONE}", line)
    if "?" in line:
        line = _QUESTION.sub(f"?{GONE}", line)
    line = _HASH.sub(GONE, line)
    if any(sign in line for sign in AT):
        line = _MAIL.sub(GONE, line)
    if _COLONS.search(line):
        line = _IPV6.sub(_without_address, line)
    if _DOTS.search(line):
        line = _IPV4.sub(_without_address, line)
    return line


class Scrubber(logging.Filter):
    """Filter for loggers that do not write through our handler: scrubs their records.

    `describe` formats tracebacks.
    """

    def __init__(self, describe: Callable[[ExcInfo], str] = _AS_THEY_ARE.formatException) -> None:
        super().__init__()
        self._describe = describe

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrub the record's message and traceback. Always returns True."""
        record.msg, record.args = scrub(record.getMessage()), ()
        kind, error, trace = record.exc_info or (None, None, None)
        if kind is not None and error is not None:
            record.exc_text = scrub(self._describe((kind, error, trace)))  # formatters use this as it is
            record.exc_info = None
        return True


def _without_address(found: re.Match[str]) -> str:
    """Return […] for an address, except loopback and unspecified ones, and times of day, which only look like one."""
    try:
        address = ip_address(found[0])
    except ValueError:
        return found[0]
    return found[0] if address.is_loopback or address.is_unspecified else GONE
