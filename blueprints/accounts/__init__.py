"""Coming in, being invited, what people say of themselves; and the companies and rights that the staff set up."""

from . import (
    companies,
    company,
    contracts,
    invitations,
    moves,
    passwords,
    people,
    profiles,
    rights,
    settings,
    suggestions,
    take_out,
    views,
)
from .bp import bp

__all__ = [
    "bp",
    "companies",
    "company",
    "contracts",
    "invitations",
    "moves",
    "passwords",
    "people",
    "profiles",
    "rights",
    "settings",
    "suggestions",
    "take_out",
    "views",
]
