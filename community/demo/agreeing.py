"""The sample's terms and privacy policy, and that everybody in it has agreed to them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.joining import terms
from community.joining.terms import NewVersion
from models.accounts import Member
from models.joining import TermsKind, TermsVersion

from .files import FOLDER

# Older than anybody's arrival.
PUBLISHED_DAYS_AGO = 730


def publish_terms(day: date, by: Member, zone: ZoneInfo) -> list[TermsVersion]:
    """The first version of each text."""
    first_day = day - timedelta(days=PUBLISHED_DAYS_AGO)
    at = datetime.combine(first_day, time(9), zone)
    return [terms.publish(_first_version(kind, first_day), by, at=at) for kind in TermsKind]


def _first_version(kind: TermsKind, day: date) -> NewVersion:
    return NewVersion(kind, day, must_accept=True, body_ja=_terms_text(kind, "ja"), body_en=_terms_text(kind, "en"))


def agree(people: Iterable[Member], versions: list[TermsVersion]) -> None:
    """Everybody did on the day they came."""
    for member in people:
        terms.accept(member, versions, at=member.created_at)


def _terms_text(kind: TermsKind, locale: str) -> str:
    return (FOLDER / "terms" / f"{kind}.{locale}.md").read_text(encoding="utf-8").strip()
