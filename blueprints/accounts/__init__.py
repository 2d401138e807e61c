"""Who people are and where they belong: profiles, settings, companies, contracts, transfers."""

from . import (
    companies,
    company,
    company_list,
    competitors,
    contracts,
    data_export,
    people,
    profiles,
    settings,
    transfers,
)
from .bp import bp

__all__ = [
    "bp",
    "companies",
    "company",
    "company_list",
    "competitors",
    "contracts",
    "data_export",
    "people",
    "profiles",
    "settings",
    "transfers",
]
