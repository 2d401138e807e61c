"""Encrypts what has to be read again (cryptography's Fernet), so that a copied database reveals nothing.

The keys are derived from the application's secrets: today's encrypts, earlier ones still decrypt. Signatures and
sessions accept today's only, so that a leaked secret is worthless as soon as it is replaced.
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
    """The token was encrypted with a key that this installation does not have, or not by this application."""


def encrypt(text: str) -> str:
    """Return the text encrypted with today's key; a different token each time."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return the text that was encrypted. Raises UnreadableError."""
    try:
        return _cipher().decrypt(token).decode()
    except (InvalidToken, ValueError) as error:
        raise UnreadableError from error


def encrypt_anew(token: str) -> str:
    """Return the same text encrypted with today's key. Raises UnreadableError."""
    return encrypt(decrypt(token))


def list_secrets() -> tuple[str, ...]:
    """Return the application's secret, followed by its earlier ones."""
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
