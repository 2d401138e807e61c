"""Who people are and where they belong: profiles, settings, companies, contracts, moves."""

from . import companies, company, contracts, data_export, moves, people, profiles, settings
from .bp import bp

__all__ = [
    "bp",
    "companies",
    "company",
    "contracts",
    "data_export",
    "moves",
    "people",
    "profiles",
    "settings",
]
