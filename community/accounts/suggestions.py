"""Whom somebody may mean by the first letters of a name, a reading or a handle."""

from collections.abc import Sequence

import sqlalchemy as sa

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
_KANA_APART = ord("ァ") - ord("ぁ")
_TO_KATAKANA = {code: code + _KANA_APART for code in range(ord("ぁ"), ord("ゖ") + 1)}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}


def suggest_people(typed: str, seen_by: Member) -> Sequence[Member]:
    """Those whom the reader may know, by what they are called; the handle itself first, then by reading."""
    beginnings = _spellings(typed)
    if not beginnings:
        return []
    called = (
        Member.handle,
        sa.func.lower(Member.family_name + Member.given_name),
        sa.func.lower(Member.given_name),
        sa.func.lower(Member.family_reading + Member.given_reading),
        sa.func.lower(Member.given_reading),
    )
    fitting = sa.or_(*(name.startswith(start, autoescape=True) for name in called for start in beginnings))
    chosen = (
        sa.select(Member)
        .where(fitting, Member.erased_at.is_(None), Member.id != seen_by.id)
        .order_by(Member.handle.not_in(beginnings), Member.family_reading, Member.given_reading, Member.id)
        .limit(MOST)
    )
    return [member for member in db.session.scalars(chosen) if rules.can_see_profile(seen_by, member)]


def _spellings(typed: str) -> set[str]:
    """What was typed, folded, in both kana: readings are written in either. Nothing for what nobody is called."""
    bare = fold(typed).replace(" ", "")
    if not bare or len(bare) > LONGEST or UNKEEPABLE in bare:
        return set()
    return {bare, bare.translate(_TO_HIRAGANA), bare.translate(_TO_KATAKANA)}
