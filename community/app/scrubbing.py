"""Takes out of log lines what must not stand there: addresses, hashes of them, links that open doors.

Our own lines hold none. Those of libraries and the messages of exceptions do: a database names the address that it has
already, a web server the path that failed.
"""

import logging
import re
from ipaddress import ip_address

# Paths whose last part is a secret (community/links.py; a test compares).
SECRET_PATHS = (
    "/password/reset/", "/invitations/", "/join/confirm/", "/join/links/", "/email/confirm/", "/email/stop/",
    "/mails/stop/",
)  # fmt: skip
GONE = "[…]"
_SECRET = re.compile(rf"({'|'.join(SECRET_PATHS)})[^\s\"'<>?#)\]]+")
# As long as an address may be (RFC 5321): without an end, a long line without one would take its time.
_PART = r"[^\s\"'<>()\[\]{},;:=|\\/@＠]{1,254}"
_MAIL = re.compile(rf"{_PART}(?:[@＠]|%40){_PART}")
# SHA-256, as keys and fingerprints are written.
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])")
_AS_THEY_ARE = logging.Formatter()


def scrub(line: str) -> str:
    """Return the line without mail and network addresses, hashes of them, and the secrets of links."""
    for pattern, instead in ((_SECRET, rf"\1{GONE}"), (_MAIL, GONE), (_HASH, GONE)):
        line = pattern.sub(instead, line)
    for pattern in (_IPV6, _IPV4):
        line = pattern.sub(_without_address, line)
    return line


class Scrubber(logging.Filter):
    """For loggers that do not write by our handler: what they say is scrubbed before they say it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record through, its words and its traceback scrubbed."""
        record.msg, record.args = scrub(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = scrub(_AS_THEY_ARE.formatException(record.exc_info))  # formatters take it as it is
        return True


def _without_address(found: re.Match[str]) -> str:
    """A time of day looks like an address, and the machine's own one tells nothing."""
    try:
        address = ip_address(found[0])
    except ValueError:
        return found[0]
    return found[0] if address.is_loopback or address.is_unspecified else GONE
