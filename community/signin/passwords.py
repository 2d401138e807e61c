"""Hashing passwords, and which ones are refused (after NIST SP 800-63B: length counts, composition rules do not)."""

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from community.config import Config
from community.signin import guessing

# Of every sample person, printed by the command that loads them; never in an installation with real rows.
SAMPLE_PASSWORD = "musubu-kumihimo"  # noqa: S105  known to everybody
MIN_LENGTH = 10  # NIST asks for 8; two more cost a passphrase nothing
MAX_LENGTH = 128  # NIST: at least 64 must be possible; an end at all, so that nobody makes us hash a megabyte


def hash_password(password: str) -> str:
    """Return an argon2id hash with the configured costs.

    Slow on purpose: call `models.base.release()` before it.
    """
    return _hasher().hash(_normalise(password))


def check_password(password: str, password_hash: str | None) -> bool:
    """Return whether the password belongs to the hash. Takes as long where there is no hash at all."""
    try:
        matches = _hasher().verify(password_hash or _hash_of_nobody(), _normalise(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Return whether the hash was made with other costs than today's.

    Then hash again while the password is at hand.
    """
    return _hasher().check_needs_rehash(password_hash)


def is_published(password: str) -> bool:
    """Return whether it is the password of the sample people, which everybody knows."""
    return _normalise(password) == SAMPLE_PASSWORD


def is_guessable(password: str, *names: str) -> bool:
    """Return whether the password is among the first that an attacker would try.

    `names`: of the person and their company, addresses too. The names of product, vendor, community and site are always
    among them.
    """
    config: Config = current_app.config["TSUDOI"]
    host = config.public_url.host or ""
    # The domain above the site's own name is the vendor's: kumihimo.co.jp of community.kumihimo.co.jp.
    site = (config.product_name, config.vendor_name, config.community_name, host, host.partition(".")[2])
    return is_published(_normalise(password).casefold()) or guessing.is_guessable(
        password, (*names, *site, SAMPLE_PASSWORD.replace("-", ""))
    )


def length_of(password: str) -> int:
    """Return how many characters the password has once it is composed; half-width kana seem longer before."""
    return len(_normalise(password))


def _normalise(password: str) -> str:
    """Return the password composed: however a keyboard composes it, it is the same (NIST 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    return _hasher_of(*_costs())


def _costs() -> tuple[int, int]:
    config: Config = current_app.config["TSUDOI"]
    return config.argon2_time_cost, config.argon2_memory_kib


@lru_cache
def _hasher_of(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


def _hash_of_nobody() -> str:
    return _hash_of_nobody_for(*_costs())


@lru_cache
def _hash_of_nobody_for(time_cost: int, memory_kib: int) -> str:
    return _hasher_of(time_cost, memory_kib).hash("nobody")
