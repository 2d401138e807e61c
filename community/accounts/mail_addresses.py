"""Mail addresses as people type and paste them, and which of them can exist."""

import re

import idna
from email_validator import EmailNotValidError, validate_email

from community.text.ascii import fold_ascii

# RFC 5321, 4.5.3.1: what fits between the angle brackets of an envelope. As wide as the columns of models/accounts.py.
MAX_LENGTH = 254

# Japanese mobile carriers let people choose dots anywhere until about 2009, against RFC 5321, and still deliver there;
# so do gateways of companies and the brands that took over their customers, of which no list is complete.
_DOTS = re.compile(r"\.+")
# 「佐伯 陽子 <saeki@example.jp>」, as mail programs copy it.
_NAMED = re.compile(r"[^<>＜＞]*[<＜]([^<>＜＞@＠\s]+[@＠][^<>＜＞@＠\s]+)[>＞]")
_SCHEME = re.compile(r"mailto:", re.IGNORECASE)


def tidy_address(typed: str) -> str:
    """Return the address that is meant, in lower case and ASCII; what can be none is returned as it was typed."""
    named = _NAMED.fullmatch(fold_ascii(typed))
    bare = _SCHEME.sub("", fold_ascii(named[1] if named else typed), count=1)
    local, at, domain = bare.rpartition("@")
    if len(local) > 1 and local.startswith('"') and local.endswith('"'):
        local = local[1:-1]  # some services ask for `"hana..k"@docomo.ne.jp`
    whole = f"{local}@{_to_ascii(domain)}" if at else bare
    return whole.lower() if whole.isascii() else typed.strip()


def is_address(address: str) -> bool:
    """Whether the address could exist. Whether mail arrives there, only mail can tell."""
    local, _, domain = address.rpartition("@")
    if len(address) > MAX_LENGTH:
        return False
    single_dots = _DOTS.sub(".", local).strip(".")
    try:
        validate_email(f"{single_dots}@{domain}", check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return True


def _to_ascii(domain: str) -> str:
    """As the domain name system and a company's mail domains have it."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain
