"""Publishes the sample's terms and privacy policy, and records that everybody in it has agreed to them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from community.joining import terms
from community.joining.terms import NewVersion
from models.accounts import Member
from models.joining import TermsKind, TermsVersion

FOLDER = Path(__file__).parent / "terms"
# Before the first member joined.
PUBLISHED_DAYS_AGO = 730


def publish_terms(day: date, by: Member, zone: ZoneInfo) -> list[TermsVersion]:
    """Publish the first version of each text, and return these versions."""
    first_day = day - timedelta(days=PUBLISHED_DAYS_AGO)
    at = datetime.combine(first_day, time(9), zone)
    return [terms.publish(_first_version(kind, first_day), by, at=at) for kind in TermsKind]


def _first_version(kind: TermsKind, day: date) -> NewVersion:
    return NewVersion(kind, day, must_accept=True, body_ja=_terms_text(kind, "ja"), body_en=_terms_text(kind, "en"))


def record_consents(people: Iterable[Member], versions: list[TermsVersion]) -> None:
    """Record that each of these people accepted the versions when they joined."""
    for member in people:
        terms.accept(member, versions, at=member.created_at)


def _terms_text(kind: TermsKind, locale: str) -> str:
    return (FOLDER / f"{kind}.{locale}.md").read_text(encoding="utf-8").strip()
