"""Readings of companies without their legal form, which half of them carry in front and half behind."""

import re
import unicodedata
from functools import lru_cache

from community.search.folding import fold

# Spelt out, ガ and カ both being said; the longer ones first.
_FORMS = (
    "コウエキシャダンホウジン|コウエキザイダンホウジン|イッパンシャダンホウジン|イッパンザイダンホウジン|シャダンホウジン|"
    "ザイダンホウジン|トクテイヒエイリカツドウホウジン|ドクリツギョウセイホウジン|コクリツダイガクホウジン|"
    "シャカイフクシホウジン|イリョウホウジン|ガッコウホウジン|シュウキョウホウジン|"
    "(?:カブシキ|ユウゲン|ゴウドウ|ゴウシ|ゴウメイ)[ガカ]イシャ"
)
# As banks write them: カ)キタハマ, キタハマ(カ. The table of 全銀協 has more; these are of the forms above.
_SHORT_FORMS = "カ|ユ|ド|シ|メ|ザイ|シャ|トクヒ|ドク|ダイ|フク|イ|ガク|シュウ|シユウ"
_GAP = r"[ ・･,，.．]*"
_IN_FRONT = re.compile(rf"(?:(?:{_FORMS})|\(?(?:{_SHORT_FORMS})\)){_GAP}")
_BEHIND = re.compile(rf"{_GAP}(?:(?:{_FORMS})|\((?:{_SHORT_FORMS})\)?)$")
# ぁ…ゖ lie beside ァ…ヶ in Unicode.
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def bare_reading(reading: str) -> str:
    """Return the reading in full-width katakana without the legal form before or behind it.

    A reading that is nothing but a legal form is returned whole.
    """
    whole = " ".join(unicodedata.normalize("NFKC", reading).translate(_TO_KATAKANA).split())
    bare = _BEHIND.sub("", whole[found.end() :] if (found := _IN_FRONT.match(whole)) else whole)
    return bare or whole


@lru_cache(maxsize=8192)  # lists sort all companies by it
def reading_order(reading: str, name: str) -> tuple[str, str]:
    """Return what companies are sorted by: their bare readings, those without a reading by their names."""
    return fold(bare_reading(reading) or name), name


def is_called(typed: str, name: str, reading: str) -> bool:
    """Return whether every word that was typed is part of the company's name or reading, in whichever spelling.

    Spellings are those of the search (`community/search/folding.py`); a legal form counts only if it is all there is.
    """
    words = [fold(word) for word in bare_reading(typed).split()]
    if not words:
        return True
    known = (fold(name), fold(reading), fold(bare_reading(reading)))
    return all(any(word in text for text in known) for word in words)
