"""What `serve` prints for the operator: the address, the sample logins, and who else can reach it."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from community import demo, supervisor
from community.accounts.rules import are_published_refused
from community.config import Config
from community.placeholders import is_own_machine
from models.accounts import Member
from models.base import db

EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104  only compared


def address_of(host: str, port: int) -> str:
    """Return the address that a browser on this machine opens."""
    if host in EVERYWHERE or host == "127.0.0.1":
        return f"http://localhost:{port}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def announce(config: Config, host: str, port: int) -> Callable[[], bool]:
    """Return a function that announces once that the server is up, and returns False until it answers.

    The database is queried now, not when the function is called.
    """
    at = address_of(host, port)
    where = f"{config.public_url} (the proxy's way: {at})" if config.environment == "production" else at
    lines = [*list_sample_logins(), *_warnings(config, host)]

    return supervisor.announce(where, host, port, lines)


def _warnings(config: Config, host: str) -> Iterator[str]:
    production = config.environment == "production"
    if host in EVERYWHERE or not is_own_machine(host):
        if production:
            yield f"!!! It listens on {host} without https: let nobody but the proxy reach that port."
        elif demo.is_sample():
            yield f"!!! Whoever reaches this machine on {host} can sign in as these people, the administrator too."
            yield "!!! Keep nothing real in it, or start anew with --no-demo and another --data."
        else:
            yield f"!!! This is a development installation and listens on {host}. For others, set"
            yield "!!! TSUDOI_ENVIRONMENT=production (docs/configuration.md)."
    if production:
        yield from list_sample_warnings()
        if is_empty():
            yield "There is nobody yet: python -m community create-admin you@…"


def list_sample_warnings() -> list[str]:
    """Return a warning for production if the database began as the sample community, otherwise an empty list."""
    if not (are_published_refused() and demo.is_sample()):
        return []
    return [
        "!!! This database began as the sample community. Its people's password is published, so production lets none",
        "!!! of them in. Make an administrator with `create-admin`; better, begin with an empty database.",
    ]


def list_sample_logins() -> list[str]:
    """Return the lines with the sample logins; none in production, where they are refused."""
    return [] if are_published_refused() else demo.list_logins()


def is_empty() -> bool:
    """Return whether there is no member yet."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Member)) == 0
