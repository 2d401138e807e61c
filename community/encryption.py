"""Encrypts what has to be read again (cryptography's Fernet), so that a copied database tells nothing.

The keys follow from the application's secrets: today's encrypts, those before it still decrypt. Signatures and sessions
know today's alone, so that a secret that somebody else has seen ends at once.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from community.config import Config

KEY_BYTES = 32
PURPOSE = b"tsudoi: kept secrets"


class UnreadableError(Exception):
    """Encrypted with a key that this installation does not have, or not by us."""


def encrypt(text: str) -> str:
    """Return the text encrypted with today's key; each time it looks different."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return what `encrypt` was given. Raises UnreadableError."""
    try:
        return _cipher().decrypt(token).decode()
    except (InvalidToken, ValueError) as error:
        raise UnreadableError from error


def encrypt_anew(token: str) -> str:
    """Return the same text encrypted with today's key. Raises UnreadableError."""
    return encrypt(decrypt(token))


def list_secrets() -> tuple[str, ...]:
    """Return the application's secret, and after it those that it had before."""
    config: Config = current_app.config["TSUDOI"]
    return (config.secret, *config.secrets_before)


def _cipher() -> MultiFernet:
    return _cipher_of(list_secrets())


@lru_cache
def _cipher_of(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_key_of(secret)) for secret in secrets])


def _key_of(secret: str) -> bytes:
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
