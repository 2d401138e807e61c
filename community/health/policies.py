"""Which policy scores which day. A version is written once, never changed, and scores the days from its own on."""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import sqlalchemy as sa

from community.health.policy import FIRST_TERMS, PolicyTerms
from models.base import db
from models.health import Policy

FIRST_VERSION = 1
FIRST_FROM = date(2000, 1, 1)
"""Version 1 is in force since before any possible act, so that imported history is scored, too."""


@dataclass(frozen=True)
class PolicyVersion:
    """A published policy, parsed."""

    version: int
    from_day: date
    terms: PolicyTerms


_VERSIONS = sa.select(Policy.version, Policy.from_day, Policy.document).order_by(Policy.from_day)
FIRST = PolicyVersion(FIRST_VERSION, FIRST_FROM, FIRST_TERMS)


@dataclass(frozen=True)
class Policies:
    """All versions, oldest first, so that many days need no further query."""

    versions: Sequence[PolicyVersion]

    def in_force(self, day: date) -> PolicyVersion:
        """Return the newest version whose first day has come; for days before the first version, the first."""
        place = bisect_right(self.versions, day, key=lambda policy: policy.from_day)
        return self.versions[max(place - 1, 0)]

    @property
    def by_version(self) -> Mapping[int, PolicyVersion]:
        """The versions by number."""
        return {policy.version: policy for policy in self.versions}


def list_policies() -> Policies:
    """Return every published version; before the first is written, version 1 as it will be."""
    rows = db.session.execute(_VERSIONS)
    return Policies([PolicyVersion(version, day, _terms_of(document)) for version, day, document in rows] or [FIRST])


@lru_cache(maxsize=64)
def _terms_of(document: str) -> PolicyTerms:
    """Return the terms of a document. Cached: documents never change."""
    return PolicyTerms.from_document(json.loads(document))


def policy_in_force(day: date) -> PolicyVersion:
    """Return the policy that scores this day."""
    return list_policies().in_force(day)
