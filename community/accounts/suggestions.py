"""Suggestions of people by the first letters of a name, a reading or a handle."""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from community.accounts import rules
from community.accounts.queries import UNKEEPABLE
from community.text import fold
from models.accounts import Account, AccountKind, Member, Membership, covers_today, holds_role
from models.base import db, now, today

# As many as a small list beside the caret shows without scrolling.
MOST = 8
# Family and given name together, as wide as the columns.
LONGEST = 128
# Hiragana and katakana lie side by side in Unicode: ぁ…ゖ and ァ…ヶ.
_HIRAGANA = range(0x3041, 0x3097)
_KANA_APART = 0x30A1 - 0x3041
_TO_KATAKANA = {code: code + _KANA_APART for code in _HIRAGANA}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}
# Address books of older systems have their readings in half-width kana, a sound mark being a sign of its own.
_HALF_WIDTH = [chr(code) for code in range(0xFF66, 0xFF9E)]
_TO_HALF_WIDTH = {
    wide: half
    for half in (letter + mark for mark in ("", "ﾞ", "ﾟ") for letter in _HALF_WIDTH)
    if len(wide := unicodedata.normalize("NFKC", half)) == 1
}
# Names in Latin letters of full width: ! … ~ and ！ … ～.
_TO_FULL_WIDTH = {code: code + 0xFF01 - 0x21 for code in range(0x21, 0x7F)}


def suggest_people(typed: str, seen_by: Member) -> Sequence[Member]:
    """Return the people whose handle, family name or given name begins like this; handles and family names first.

    At most MOST; empty if nobody is called so. Left out are people who are erased or suspended, who have left, whose
    company's contract is over, or whom the viewer may not see.
    """
    bare = fold(typed).replace(" ", "")
    if not bare or len(bare) > LONGEST or UNKEEPABLE in bare:
        return []
    spellings = _spellings(bare)
    by_handle = Member.handle.startswith(bare, autoescape=True)
    by_family = _name_begins_with(
        spellings, Member.family_name + Member.given_name, Member.family_reading + Member.given_reading
    )
    by_given = _name_begins_with(spellings, Member.given_name, Member.given_reading)
    called_first = sa.or_(by_handle, by_family)
    chosen = (
        sa.select(Member)
        .where(sa.or_(called_first, by_given), Member.id != seen_by.id, *_can_be_suggested(seen_by))
        .order_by(Member.handle != bare, sa.not_(called_first), Member.family_reading, Member.id)
        .limit(MOST)
    )
    return [member for member in db.session.scalars(chosen) if rules.can_see_profile(seen_by, member)]


def _can_be_suggested(seen_by: Member) -> list[sa.ColumnElement[bool]]:
    """Return as SQL conditions what `rules.can_sign_in` and, for prospects, `rules.can_see_profile` ask of a person."""
    is_staff = holds_role(rules.STAFF_ROLES)
    oldest_end = today() - timedelta(days=rules.FAREWELL_DAYS)
    belongs = sa.select(Membership.member_id).join(Account, Membership.account_id == Account.id).where(covers_today())
    stands = sa.or_(Account.contract_ended_on.is_(None), Account.contract_ended_on >= oldest_end)
    asked = [
        Member.erased_at.is_(None),
        sa.or_(Member.suspended_until.is_(None), Member.suspended_until <= now()),
        sa.or_(is_staff, Member.id.in_(belongs.where(stands))),
    ]
    if not rules.is_member(seen_by):
        asked.append(sa.or_(is_staff, Member.id.in_(belongs.where(Account.kind == AccountKind.VENDOR))))
    return asked


def _name_begins_with(beginnings: Collection[str], *names: sa.ColumnElement[str] | InstrumentedAttribute[str]) -> Any:  # noqa: ANN401  a condition
    """Return the condition that one of the names begins in one of these ways."""
    lowered = [sa.func.lower(name) for name in names]
    return sa.or_(*(name.startswith(start, autoescape=True) for name in lowered for start in beginnings))


def _spellings(bare: str) -> set[str]:
    """Return the ways in which a name that is typed like this may be stored: in either kana, in other widths."""
    katakana = bare.translate(_TO_KATAKANA)
    half = "".join(_TO_HALF_WIDTH.get(sign, sign) for sign in katakana)
    # SQLite lowers ASCII alone.
    wide = {written.translate(_TO_FULL_WIDTH) for written in (bare, bare.upper(), bare.title()) if bare.isascii()}
    return {bare, bare.translate(_TO_HIRAGANA), katakana, half, *wide}
