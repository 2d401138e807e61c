"""Hashing passwords, and which ones are refused (after NIST SP 800-63B: length counts, composition rules do not)."""

import re
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from community.accounts.published import SAMPLE_PASSWORD
from community.config import Config

MIN_LENGTH = 10  # NIST asks for 8; two more cost a passphrase nothing
MAX_LENGTH = 128  # NIST: at least 64 must be possible; an end at all, so that hashing a megabyte is nobody's lever

# The long ones among the passwords that leaks show most often, without the digits and signs people put behind them.
_WORST = """
    password passwordpassword passw0rd p@ssword p@ssw0rd adminadmin administrator changeme changemeplease
    iloveyou iloveyouso iloveyouforever letmein letmeinplease qwerty qwertyui qwertyuiop qwertyqwerty qazwsxedc
    qazwsxedcrfv asdfghjkl asdfghjkl; zxcvbnm zxcvbnmasd abcdefgh abcdefghij abcdefghijk abcabcabc sunshine princess
    football baseball superman michael starwars whatever trustno welcome welcomeback monkey dragon computer internet
    sakura sakurasakura doraemon pikachu arigatou konnichiwa ohayougozaimasu nihon nippon tokyo toukyou osaka hanako
    tarou yamada suzuki tanaka satou takahashi pasuwado kintone tsudoi community
"""
# Runs along the keyboard or the digits, forwards; backwards and repeated ones are found from them.
RUNS = ("01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn")

_DECORATION = re.compile(r"[\d\W_]+")
WORST = frozenset(_WORST.split()) | {_DECORATION.sub("", word) for word in _WORST.split()}
FEWEST_DIFFERENT_CHARACTERS = 4
SHORTEST_NAME_TO_LOOK_FOR = 3


def hash_password(password: str) -> str:
    """An argon2id hash with the configured costs. Slow on purpose: call `models.base.release()` before it."""
    return _hasher().hash(_normal(password))


def check_password(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash. Takes as long where there is no hash at all."""
    try:
        matches = _hasher().verify(password_hash or _hash_of_nobody(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Made with other costs than today's: hash again while the password is at hand."""
    return _hasher().check_needs_rehash(password_hash)


def is_published(password: str) -> bool:
    """Whether it is that of the sample people, which everybody knows."""
    return _normal(password) == SAMPLE_PASSWORD


def is_guessable(password: str, *names: str) -> bool:
    """One of the worst, a mere run or repetition, or the person's own name or address with something around it."""
    plain = _normal(password).casefold()
    if plain == SAMPLE_PASSWORD or len(set(plain)) < FEWEST_DIFFERENT_CHARACTERS or _is_run(plain):
        return True
    core = _DECORATION.sub("", plain)
    own = {_DECORATION.sub("", part) for name in names for part in _parts(name.casefold())}
    own = {name for name in own if len(name) >= SHORTEST_NAME_TO_LOOK_FOR}
    return plain in WORST or core in WORST or core in own or any(core == name * 2 for name in own | WORST)


def _parts(name: str) -> tuple[str, ...]:
    """An address counts whole, and by what stands before and after its @."""
    local, _, domain = name.partition("@")
    return (name, local, domain, domain.partition(".")[0])


def _is_run(plain: str) -> bool:
    return any(plain in run or plain in run[::-1] for run in RUNS) or plain in (plain[: len(plain) // 2] * 3)


def _normal(password: str) -> str:
    """However a keyboard composes it, it is the same password (NIST 800-63B, 5.1.1.2)."""
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
