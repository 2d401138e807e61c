"""Terms of use and privacy policy: published as versions, in force from a day on, accepted by people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import defer

from community import audit, text
from community.accounts import queries
from models.accounts import Member
from models.base import db, now
from models.joining import TermsAcceptance, TermsKind, TermsVersion

# Both texts in both languages, and those that are being looked back at.
PAGES_KEPT = 16
_WITHOUT_TEXTS = (defer(TermsVersion.body_ja), defer(TermsVersion.body_en))


@dataclass(frozen=True)
class NewVersion:
    """What an administrator publishes."""

    kind: TermsKind
    holds_from: date
    must_accept: bool
    body_ja: str
    body_en: str = ""


# --- publishing


def publish(new: NewVersion, by: Member | None, *, at: datetime | None = None) -> TermsVersion:
    """Add the next version of the text, and return it. The text must pass `community.text.to_html`.

    `by` None: the operator at the command line.
    """
    newest = sa.select(sa.func.max(TermsVersion.number)).where(TermsVersion.kind == new.kind)
    number = 1 + (db.session.scalar(newest) or 0)
    version = TermsVersion(
        kind=new.kind,
        number=number,
        holds_from=new.holds_from,
        must_accept=new.must_accept,
        body_ja=new.body_ja,
        body_en=new.body_en,
        published_by_id=by.id if by else None,
        published_at=at or now(),
    )
    db.session.add(version)
    db.session.flush()
    after = {
        "kind": new.kind,
        "number": number,
        "holds_from": new.holds_from.isoformat(),
        "must_accept": new.must_accept,
    }
    audit.record(by.id if by else None, "terms.publish", "terms_version", version.id, after=after)
    return version


# --- reading


def list_versions(kind: TermsKind | None = None) -> Sequence[TermsVersion]:
    """Return all published versions, of one text or of both, the newest first. Their texts are not loaded."""
    chosen = sa.select(TermsVersion).options(*_WITHOUT_TEXTS)
    if kind is not None:
        chosen = chosen.where(TermsVersion.kind == kind)
    return db.session.scalars(chosen.order_by(TermsVersion.kind.desc(), TermsVersion.number.desc())).all()


def get_version(kind: TermsKind, number: int) -> TermsVersion | None:
    """Return this version with its text; None without one."""
    return db.session.scalar(sa.select(TermsVersion).where(TermsVersion.kind == kind, TermsVersion.number == number))


def latest_start_day(kind: TermsKind) -> date | None:
    """Return the latest day on which a published version comes into force; None without one.

    The next version cannot come into force before it.
    """
    return db.session.scalar(sa.select(sa.func.max(TermsVersion.holds_from)).where(TermsVersion.kind == kind))


def list_in_force(day: date) -> list[TermsVersion]:
    """Return the version of each text that is in force on that day, terms of use first. Their texts are not loaded."""
    begun = sa.select(TermsVersion).options(*_WITHOUT_TEXTS).where(TermsVersion.holds_from <= day)
    newest = {version.kind: version for version in db.session.scalars(begun.order_by(TermsVersion.number))}
    return [newest[kind] for kind in TermsKind if kind in newest]


def list_to_accept(member_id: int, day: date) -> list[TermsVersion]:
    """Return the versions in force on that day that the person still has to accept. One query.

    A person who has accepted a version, or a later one, need not accept it again for a version that does not ask for
    it.
    """
    asked = (
        sa.select(TermsVersion, TermsAcceptance.accepted_at.is_not(None))
        .options(*_WITHOUT_TEXTS)
        .outerjoin(
            TermsAcceptance,
            sa.and_(TermsAcceptance.version_id == TermsVersion.id, TermsAcceptance.member_id == member_id),
        )
        .where(TermsVersion.holds_from <= day)
        .order_by(TermsVersion.number)
    )
    newest: dict[TermsKind, TermsVersion] = {}
    missing: dict[TermsKind, bool] = {}
    for version, is_accepted in db.session.execute(asked):
        newest[version.kind] = version
        if is_accepted:
            missing[version.kind] = False
        elif version.must_accept:
            missing[version.kind] = True
    return [newest[kind] for kind in TermsKind if missing.get(kind)]


def list_accepted(member_id: int) -> list[tuple[TermsVersion, datetime]]:
    """Return the versions that the member has accepted, and when, earliest first. Without their texts."""
    chosen = sa.select(TermsVersion, TermsAcceptance.accepted_at).options(*_WITHOUT_TEXTS)
    chosen = chosen.join(TermsAcceptance, TermsAcceptance.version_id == TermsVersion.id)
    chosen = chosen.where(TermsAcceptance.member_id == member_id)
    return [
        (row[0], row[1]) for row in db.session.execute(chosen.order_by(TermsAcceptance.accepted_at, TermsVersion.id))
    ]


def render_version(version: TermsVersion, locale: str) -> Markup:
    """Return the text as HTML, in English for the locale "en" where there is an English one, else in Japanese."""
    return _render_body(version.body_en if locale == "en" and version.body_en else version.body_ja)


@lru_cache(maxsize=PAGES_KEPT)
def _render_body(body: str) -> Markup:
    return Markup(text.to_html(body))  # noqa: S704  what makes members' text safe made this


# --- accepting


def accept(member: Member, versions: Collection[TermsVersion], *, at: datetime | None = None) -> None:
    """Write that the person has accepted these versions. Versions that they accepted before keep their time."""
    queries.get_member_to_change(member.id)
    known = sa.select(TermsAcceptance.version_id).where(TermsAcceptance.member_id == member.id)
    accepted = set(db.session.scalars(known))
    db.session.add_all(
        TermsAcceptance(member_id=member.id, version_id=version.id, accepted_at=at or now())
        for version in versions
        if version.id not in accepted
    )
    db.session.flush()
