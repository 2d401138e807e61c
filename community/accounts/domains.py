"""Mail domains: whose addresses belong to a company, and which can belong to none."""

from email_validator import EmailNotValidError, validate_email

from community.text.ascii import fold_ascii

# Where anybody gets an address: free mail, the big Japanese providers and carriers. By what these services themselves
# hand out; whoever claimed one of them as a company's would claim strangers.
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
    """What was typed cannot be the part behind an address's @."""


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
    """Anybody can get an address there."""
    return domain in FREE_MAIL
