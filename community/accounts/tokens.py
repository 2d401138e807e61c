"""Secrets that travel by mail: made here, recognised here, never stored as they are."""

import hashlib
import secrets

# 256 bits, as much as the fingerprint that is kept of them.
TOKEN_BYTES = 32


def make_token() -> str:
    """A fresh secret for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def fingerprint(token: str) -> str:
    """What the database keeps of a token. A plain hash is enough: the token is random, not chosen by a person."""
    return hashlib.sha256(token.encode()).hexdigest()
