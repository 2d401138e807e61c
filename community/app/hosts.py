"""Host names by which visitors may ask for the site. Other names are DNS rebinding or a forged header."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import SecurityError

from community.config import Config

# Machines ask each process for these by the process's own address (deploy/README.md). Their answers do not depend on
# the name.
BY_ANY_NAME = {"system.healthz", "system.readyz", "system.show_metrics"}


def refuse_foreign_names(app: Flask, config: Config) -> None:
    """In production, answer 400 to requests for a host name that is not one of the site's.

    Werkzeug's own `trusted_hosts` would refuse before a view is found, so for health checks too; and it reads
    "[::1]:8000" as a host named "[".
    """
    if config.environment != "production":
        return

    def check() -> None:
        if request.endpoint not in BY_ANY_NAME and not is_own_name(asked_name(), config):
            raise SecurityError

    app.before_request(check)


def is_own_name(name: str, config: Config) -> bool:
    """Return whether the name is the host of `public_url` or one of `trusted_hosts`."""
    return bool(name) and name in config.hosts


def is_loopback_name(name: str) -> bool:
    """Return whether the name always means the browser's own machine, whatever a name server says."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def asked_name() -> str:
    """Return the host that the request names: lower case, without port, final dot and brackets.

    "" if the request names no host or an invalid one. Behind trusted proxies it is the host that the outermost proxy
    was asked for (ProxyFix).
    """
    return _name_in(request.environ.get("HTTP_HOST", ""))


@lru_cache(maxsize=64)  # nearly all requests name the same host
def _name_in(header: str) -> str:
    try:
        parts = urlsplit(f"//{header.strip()}")
        name, _ = parts.hostname or "", parts.port
    except ValueError:
        return ""
    plain = parts.path == parts.query == parts.fragment == "" and parts.username is None
    return name.removesuffix(".") if plain else ""
