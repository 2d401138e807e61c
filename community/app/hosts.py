"""By which names visitors may ask for the site. Other names lead here by a trick: DNS rebinding, or a forged header."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import SecurityError

from community.config import Config

# What machines ask of each process by its own address (deploy/README.md). Nothing in their answers depends on the name.
BY_ANY_NAME = {"system.healthz", "system.readyz", "system.show_metrics"}


def refuse_foreign_names(app: Flask, config: Config) -> None:
    """In production answer 400 to whoever asks by a name that is not one of the site's.

    Werkzeug's own `trusted_hosts` would do so before a view is found, and for the checks of health too; and it takes
    "[::1]:8000" for a host named "[".
    """
    if config.environment != "production":
        return

    def check() -> None:
        if request.endpoint not in BY_ANY_NAME and not is_own_name(asked_name(), config):
            raise SecurityError

    app.before_request(check)


def is_own_name(name: str, config: Config) -> bool:
    """Whether it is that of `public_url` or one of `trusted_hosts`."""
    return bool(name) and name in config.hosts


def is_loopback_name(name: str) -> bool:
    """Whether browsers ask for this name at their own machine only, whatever a name server says."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def asked_name() -> str:
    """The host that the request names: lower case, no port, no dot at its end, no brackets; "" for none or nonsense.

    Behind trusted proxies it is what the outermost of them was asked for (ProxyFix).
    """
    try:
        parts = urlsplit(f"//{request.environ.get('HTTP_HOST', '').strip()}")
        name, _ = parts.hostname or "", parts.port
    except ValueError:
        return ""
    plain = parts.path == parts.query == parts.fragment == "" and parts.username is None
    return name.removesuffix(".") if plain else ""
