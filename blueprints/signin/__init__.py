"""Signing in and staying signed in: passwords, codes, sessions, addresses, rights."""

from . import addresses, passwords, reauthentication, rights, second_step, sessions, sign_in, two_step
from .bp import bp

__all__ = [
    "addresses",
    "bp",
    "passwords",
    "reauthentication",
    "rights",
    "second_step",
    "sessions",
    "sign_in",
    "two_step",
]
