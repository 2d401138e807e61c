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
    """Return whether the address could exist. Whether mail arrives there, only mail can tell."""
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
    """Return the domain in the form of the domain name system and of `MailDomain`."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


# Where anybody gets an address: free mail, the big Japanese providers and carriers. By what these services themselves
# hand out; a company that claimed one of them would claim strangers.
_FREE_MAIL = """
    gmail.com googlemail.com yahoo.co.jp yahoo.com yahoo.ne.jp ymail.ne.jp ymail.com outlook.com outlook.jp hotmail.com
    hotmail.co.jp live.com live.jp msn.com icloud.com me.com mac.com aol.com aol.jp proton.me protonmail.com pm.me
    gmx.com gmx.net mail.com zoho.com yandex.com mail.ru qq.com 163.com 126.com naver.com hanmail.net excite.co.jp
    goo.jp mail.goo.ne.jp infoseek.jp rakuten.jp livedoor.com nifty.com nifty.ne.jp biglobe.ne.jp ocn.ne.jp so-net.ne.jp
    plala.or.jp dion.ne.jp asahi-net.or.jp hi-ho.ne.jp eonet.ne.jp wakwak.com jcom.home.ne.jp jcom.zaq.ne.jp zaq.ne.jp
    docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp vodafone.ne.jp disney.ne.jp willcom.com ymobile.ne.jp
    uqmobile.jp rakumail.jp
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())


class BadDomainError(ValueError):
    """The typed text cannot be the part behind an address's @."""


def tidy_domain(typed: str) -> str:
    """Return the domain as `MailDomain` keeps it: lower case, ASCII, without the @ that some people type before it.

    Raises BadDomainError.
    """
    bare = fold_ascii(typed).removeprefix("@").rstrip(".")
    try:
        found = validate_email(f"x@{bare}", check_deliverability=False).ascii_domain
    except EmailNotValidError as error:
        raise BadDomainError(typed) from error
    return str(found).lower()


def is_free_mail(domain: str) -> bool:
    """Return whether anybody can get an address in this domain."""
    return domain in FREE_MAIL
