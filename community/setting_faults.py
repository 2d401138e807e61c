"""Faults of settings: values that were copied from an example, and what production does not start with."""

import re
import shlex
from email.utils import parseaddr
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from pydantic import AnyHttpUrl, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from .placeholders import find_weakness, is_example_host, is_own_machine, is_placeholder

SECRET_MIN_LENGTH = 32
# 18 random bytes as deploy/tsudoi.env makes them; nobody types this token, so it can be long.
TOKEN_MIN_LENGTH = 24
REDIS_SCHEMES = {"redis", "rediss", "unix"}
SMTP_SCHEMES = {"smtp", "smtps"}

_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")

Fault = tuple[str, str]  # the setting's name, and the fault as a sentence without its subject


class Settings(Protocol):
    """What is used of `config.Config` here."""

    environment: Literal["development", "production"]
    secret_key: SecretStr
    metrics_token: SecretStr
    sentry_dsn: SecretStr
    public_url: AnyHttpUrl
    trusted_hosts: str
    database_url: str
    redis_url: str
    smtp_url: str
    mail_from: str
    mail_bounces: str
    file_scanner: str
    product_name: str
    vendor_name: str
    community_name: str


def find_faults(config: Settings) -> list[Fault]:
    """Return the faults of the settings; for production also copied values and missing protection."""
    faults = [*_find_unreadable(config), *_find_secret_faults(config)]
    if config.environment == "production":
        for find in (_find_public_faults, _find_empty_names, _find_service_faults, _find_mail_faults):
            faults += find(config)
    return faults


def _find_unreadable(config: Settings) -> list[Fault]:
    faults: list[Fault] = []
    for name, schemes in (("redis_url", REDIS_SCHEMES), ("smtp_url", SMTP_SCHEMES)):
        given = getattr(config, name)
        if given and _scheme(given) not in schemes:
            faults.append((name, f"begins with one of {', '.join(f'{scheme}://' for scheme in sorted(schemes))}."))
    faults += [
        ("trusted_hosts", f"has {host!r}; it is names, with commas: no https://, port or *.")
        for host in filter(None, map(str.strip, config.trusted_hosts.split(",")))
        if not _is_host(host)
    ]
    try:
        shlex.split(config.file_scanner)
    except ValueError:
        faults.append(("file_scanner", "has a quotation mark that is not closed."))
    if config.database_url and _scheme(config.database_url).partition("+")[0] not in {"postgresql", "sqlite"}:
        faults.append(("database_url", "begins with postgresql:// (or sqlite:///)."))
    elif config.database_url:
        try:
            make_url(config.database_url)
        except (ArgumentError, ValueError):  # ValueError: a port that is no number
            faults.append(("database_url", "cannot be read; it is postgresql://user:password@host/name."))
    return faults


def _is_host(name: str) -> bool:
    """Return whether browsers may send this name as it stands: DNS letters, or an IPv6 address in brackets."""
    return bool(_HOST.fullmatch(name)) or (name.startswith("[") and name.endswith("]") and ":" in name)


def _find_secret_faults(config: Settings) -> list[Fault]:
    """Return faults of secrets. Production has to set one: processes share it, and it outlives a data folder."""
    faults: list[Fault] = []
    secret, token = config.secret_key.get_secret_value(), config.metrics_token.get_secret_value()
    make = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    if config.environment != "production":
        known = bool(secret) and is_placeholder(secret)
        return [("secret_key", f"is a placeholder that everybody knows. {make}, or leave it empty.")] if known else []
    if weakness := find_weakness(secret, SECRET_MIN_LENGTH):
        faults.append(("secret_key", f"{weakness}. {make}"))
    if token and (weakness := find_weakness(token, TOKEN_MIN_LENGTH)):
        faults.append(("metrics_token", f"{weakness}. {make}, or leave it empty: then there is no /metrics."))
    if token and token.strip() == secret.strip():
        faults.append(("metrics_token", "is the secret key, which no other program may know."))
    return faults


def _find_public_faults(config: Settings) -> list[Fault]:
    """Return faults of `public_url`: links in mails begin with it, so it must lead every recipient here, over https."""
    url, host = config.public_url, config.public_url.host or ""
    faults: list[Fault] = []
    if url.scheme != "https":
        faults.append(("public_url", "begins with https:// in production: passwords and sessions travel over it."))
    if is_own_machine(host):
        faults.append(("public_url", f"leads each visitor to their own machine ({host}); give the site's name."))
    elif is_example_host(host):
        faults.append(("public_url", f"is an example's ({host}); give the site's own name."))
    if url.username or url.password or url.query or url.fragment:
        faults.append(("public_url", "is scheme, name and, if need be, port and path; no password, no ? and no #."))
    return faults


def _find_empty_names(config: Settings) -> list[Fault]:
    names = ("product_name", "vendor_name", "community_name")
    return [(name, "is empty; visitors and mails read it.") for name in names if not getattr(config, name).strip()]


def _find_service_faults(config: Settings) -> list[Fault]:
    faults: list[Fault] = []
    for name in ("database_url", "redis_url"):
        given = getattr(config, name)
        host, user, password = _parts(given)
        if host and is_example_host(host):
            faults.append((name, f"names an example's host ({host})."))
        if password is not None and (is_placeholder(password) or _is_name(password, user)):
            faults.append((name, "has a placeholder for a password, or the user's own name."))
    dsn = config.sentry_dsn.get_secret_value()
    if dsn and is_example_host(_parts(dsn)[0]):
        faults.append(("sentry_dsn", "names an example's host."))
    return faults


def _find_mail_faults(config: Settings) -> list[Fault]:
    """Return faults of the mail settings; none without a mail server, when nothing is sent."""
    if not config.smtp_url:
        return []
    faults: list[Fault] = []
    host, user, password = _parts(config.smtp_url)
    if not host or is_example_host(host):
        faults.append(("smtp_url", f"names an example's host ({host or 'none'}); give the mail server's."))
    if password is not None and (is_placeholder(password) or _is_name(password, user)):
        faults.append(("smtp_url", "has a placeholder for a password."))
    for name in ("mail_from", "mail_bounces"):
        domain = parseaddr(getattr(config, name))[1].partition("@")[2]
        if (domain or name == "mail_from") and (not domain or is_example_host(domain) or is_own_machine(domain)):
            faults.append((name, "has an address that no answer comes back to; give one of your own domain."))
    return faults


def _parts(url: str) -> tuple[str, str, str | None]:
    """Return host, user and password of an address; the password is None if there is none."""
    try:
        parts = urlsplit(url)
        password = parts.password
        host, user = parts.hostname or "", parts.username or ""
    except ValueError:  # brackets around something that is no address
        return "<>", "", None
    return unquote(host), unquote(user), None if password is None else unquote(password)


def _is_name(password: str, user: str) -> bool:
    return bool(user) and password.casefold() == user.casefold()


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower() if "://" in url else ""
