"""The key by which mail addresses of one person are recognised (docs/scoring.md, rule 15)."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import idna

# From Unicode's list of characters that look alike, without ASCII: `1` and `l` are two. Made by tools/confusables.py.
_CONFUSABLES = Path(__file__).with_name("confusables.json")
_PUNYCODE = "xn--"
# Gmail delivers to one mailbox however many dots its name has, under both names of the domain
# (https://support.google.com/mail/answer/7436150).
_GMAIL, _DOTLESS = "gmail.com", frozenset({"gmail.com", "googlemail.com"})
# What follows a plus sign sorts mail within one mailbox (RFC 5233). A name that begins with one has no tag there.
_TAG = re.compile(r"(?<=.)\+.*", re.DOTALL)


def address_key(address: str) -> str:
    """Return the key that all addresses of one mailbox, and those that look like it, have in common.

    The address is as `Member.email` holds it: lower case, ASCII. An ordinary address is its own key.
    """
    local, at, domain = address.lower().rpartition("@")
    if not at:
        return domain
    local = _TAG.sub("", local)
    if domain in _DOTLESS:
        return f"{local.replace('.', '') or local}@{_GMAIL}"
    return f"{local}@{_domain_key(domain)}"


def _domain_key(domain: str) -> str:
    """Return the domain with each character that looks like others replaced by the one that stands for them."""
    if domain.isascii() and _PUNYCODE not in domain:
        return domain
    apart = unicodedata.normalize("NFD", ".".join(_decode(label) for label in domain.split(".")))
    table = _load_confusables()
    return unicodedata.normalize("NFC", "".join(table.get(sign, sign) for sign in apart))


def _decode(label: str) -> str:
    """Return the label as people see it."""
    if not label.startswith(_PUNYCODE):
        return label
    try:
        return idna.decode(label)
    except idna.IDNAError:
        return label


@cache
def _load_confusables() -> dict[str, str]:
    table: dict[str, str] = json.loads(_CONFUSABLES.read_text(encoding="utf-8"))["table"]
    return table
