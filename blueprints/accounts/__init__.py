"""Who people are and where they belong: profiles, settings, companies, contracts, moves."""

from . import companies, company, contracts, moves, people, profiles, settings, suggestions, take_out
from .bp import bp

__all__ = [
    "bp",
    "companies",
    "company",
    "contracts",
    "moves",
    "people",
    "profiles",
    "settings",
    "suggestions",
    "take_out",
]
