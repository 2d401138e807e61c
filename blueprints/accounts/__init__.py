"""Coming in, being invited, what people say of themselves; and the companies and rights that the staff set up."""

from . import (
    companies,
    company,
    company_links,
    contracts,
    invitations,
    joining,
    moves,
    passwords,
    people,
    profiles,
    rights,
    rosters,
    settings,
    suggestions,
    take_out,
    terms,
    views,
)
from .bp import bp

__all__ = [
    "bp",
    "companies",
    "company",
    "company_links",
    "contracts",
    "invitations",
    "joining",
    "moves",
    "passwords",
    "people",
    "profiles",
    "rights",
    "rosters",
    "settings",
    "suggestions",
    "take_out",
    "terms",
    "views",
]
