"""Whom somebody may mean by the first letters of a name, a reading or a handle."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from community.accounts import rules
from community.accounts.queries import UNKEEPABLE
from community.text import fold
from models.accounts import Member
from models.base import db

# As many as a small list beside the caret shows without scrolling.
MOST = 8
# Family and given name together, as wide as the columns.
LONGEST = 128
# Hiragana and katakana lie side by side in Unicode: ぁ…ゖ and ァ…ヶ.
_HIRAGANA = range(0x3041, 0x3097)
_KANA_APART = 0x30A1 - 0x3041
_TO_KATAKANA = {code: code + _KANA_APART for code in _HIRAGANA}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}


def suggest_people(typed: str, seen_by: Member) -> Sequence[Member]:
    """Those whom the reader may know: by handle or family name first, as people are called, then by given name."""
    beginnings = _spellings(typed)
    if not beginnings:
        return []
    by_family = _begins(
        beginnings, Member.handle, Member.family_name + Member.given_name, Member.family_reading + Member.given_reading
    )
    by_given = _begins(beginnings, Member.given_name, Member.given_reading)
    chosen = (
        sa.select(Member)
        .where(sa.or_(by_family, by_given), Member.erased_at.is_(None), Member.id != seen_by.id)
        .order_by(Member.handle.not_in(beginnings), sa.not_(by_family), Member.family_reading, Member.id)
        .limit(MOST)
    )
    return [member for member in db.session.scalars(chosen) if rules.can_see_profile(seen_by, member)]


def _begins(beginnings: Collection[str], *names: sa.ColumnElement[str] | InstrumentedAttribute[str]) -> Any:  # noqa: ANN401  a condition
    """One of the names begins in one of these ways."""
    lowered = [sa.func.lower(name) for name in names]
    return sa.or_(*(name.startswith(start, autoescape=True) for name in lowered for start in beginnings))


def _spellings(typed: str) -> set[str]:
    """What was typed, folded, in both kana: readings are written in either. Nothing for what nobody is called."""
    bare = fold(typed).replace(" ", "")
    if not bare or len(bare) > LONGEST or UNKEEPABLE in bare:
        return set()
    return {bare, bare.translate(_TO_HIRAGANA), bare.translate(_TO_KATAKANA)}
