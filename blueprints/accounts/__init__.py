"""Coming in, being invited, what people say of themselves; and the companies and rights that the staff set up."""

from . import (
    companies,
    company_links,
    invitations,
    joining,
    passwords,
    people,
    profiles,
    rights,
    rosters,
    settings,
    suggestions,
    terms,
    views,
)
from .bp import bp

__all__ = [
    "bp",
    "companies",
    "company_links",
    "invitations",
    "joining",
    "passwords",
    "people",
    "profiles",
    "rights",
    "rosters",
    "settings",
    "suggestions",
    "terms",
    "views",
]
