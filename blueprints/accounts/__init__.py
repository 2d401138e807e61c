"""Coming in, being invited, what people say of themselves; and the companies and rights that the staff set up."""

from . import (
    addresses,
    companies,
    invitations,
    passwords,
    people,
    profiles,
    rights,
    second_step,
    sessions,
    settings,
    suggestions,
    two_step,
    views,
)
from .bp import bp

__all__ = [
    "addresses",
    "bp",
    "companies",
    "invitations",
    "passwords",
    "people",
    "profiles",
    "rights",
    "second_step",
    "sessions",
    "settings",
    "suggestions",
    "two_step",
    "views",
]
