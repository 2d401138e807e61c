"""Fold all spellings of a text into one form, so that what is written one way is found when it is typed another.

Widths and case (ＣＳＶ, csv), kana (さーば, サーバ), ヴ (ヴァイオリン, バイオリン), ㈱ (株式会社), old kanji (髙, 高).
Each piece of the original is folded by itself, so that a hit can be marked in the original text.
"""

import re
import unicodedata
from functools import lru_cache

# What is folded as one piece: a company's form, ヴ with its small vowel, a character with its combining marks.
_PIECE = re.compile(
    r"[(（]株[)）]|[(（]有[)）]"
    r"|[ヴゔ][ァィェォぁぃぇぉ]|ｳﾞ[ｧｨｪｫ]"
    r"|.[\u0300-\u036f\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f\U000e0100-\U000e01ef]*",
    re.DOTALL,
)
# A dash after katakana is meant as ー.
_STROKE = re.compile(r"(?<=[\u30a1-\u30fa\uff66-\uff9f])[\u2010-\u2015\u2212\uff0d]")
_WHOLE = {"(株)": "株式会社", "(有)": "有限会社"}
# Variants of kanji in names, each followed by the kanji that it is folded to.
_OLD_KANJI = (
    "髙高﨑崎嵜崎邊辺邉辺齋斉齊斉斎斉澤沢濱浜濵浜嶋島嶌島櫻桜國国廣広龍竜瀧滝眞真惠恵榮栄壽寿藏蔵德徳槇槙遙遥桒桑𠮷吉冨富"
    "峯峰穐秋會会學学經経與与萬万實実應応舊旧體体檢検圓円鐵鉄渕淵黑黒靑青淸清驛駅縣県區区號号澁渋檜桧條条彌弥禮礼豐豊"
    "靜静顯顕來来數数參参單単團団圖図變変總総當当發発樂楽氣気"
)
_KANJI = dict(zip(_OLD_KANJI[::2], _OLD_KANJI[1::2], strict=True))
_VU = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ", "ヵ": "カ", "ヶ": "ケ"}
_VU_PATTERN = re.compile("ヴ[ァィェォ]|[ヴヵヶ]")
# ァ…ヶ lie beside ぁ…ゖ in Unicode.
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_TO_KATAKANA = {hiragana: katakana for katakana, hiragana in _TO_HIRAGANA.items()}
_UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn"})
_KATAKANA = re.compile("[ァ-ヺ]")
_KATAKANA_RUN = re.compile("[ァ-ヶー]+")
# Shorter words are other words without their ー: メール and メル, ビール and ビル.
_SHORTEST_WITHOUT_STROKES = 3


def fold(text: str) -> str:
    """Return the text in the form in which everything is compared."""
    return "".join(map(_fold_piece, _PIECE.findall(_STROKE.sub("ー", text))))


def fold_in_script(text: str) -> str:
    """Return the folded text in which katakana stays katakana, sign for sign as long as the folded one.

    For telling ノルマ from the grammar of 「変わるまで」: what is folded no longer knows.
    """
    return "".join(map(_fold_piece_in_script, _PIECE.findall(_STROKE.sub("ー", text))))


def fold_script(folded: str) -> str:
    """Return the folded form of what `fold_in_script` returned."""
    return folded.translate(_TO_HIRAGANA)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and where the original of each of its characters begins; last, the length of the text."""
    parts: list[str] = []
    places: list[int] = []
    for piece in _PIECE.finditer(_STROKE.sub("ー", text)):
        folded = _fold_piece(piece[0])
        parts.append(folded)
        places += [piece.start()] * len(folded)
    return "".join(parts), [*places, len(text)]


def without_strokes(text: str) -> list[str]:
    """Return the longer katakana words of the text without ー (インタフェス), each once.

    They stay katakana. Folded text has none, so these words never match by accident.
    """
    composed = unicodedata.normalize("NFKC", _STROKE.sub("ー", text))
    runs = _KATAKANA_RUN.findall(_VU_PATTERN.sub(lambda found: _VU[found[0]], composed))
    bare = dict.fromkeys(run.replace("ー", "") for run in runs)
    return [run for run in bare if len(run) >= _SHORTEST_WITHOUT_STROKES]


@lru_cache(maxsize=30_000)
def _fold_piece(piece: str) -> str:
    composed = unicodedata.normalize("NFKC", piece)
    composed = _WHOLE.get(composed, composed)
    composed = composed.translate(_TO_KATAKANA)
    composed = _VU_PATTERN.sub(lambda found: _VU[found[0]], composed)
    composed = unicodedata.normalize("NFKC", composed.casefold())
    return "".join(map(_fold_sign, composed)).translate(_TO_HIRAGANA)


@lru_cache(maxsize=30_000)
def _fold_piece_in_script(piece: str) -> str:
    folded = _fold_piece(piece)
    return folded.translate(_TO_KATAKANA) if _KATAKANA.search(unicodedata.normalize("NFKC", piece)) else folded


def _fold_sign(sign: str) -> str:
    if "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef":
        return ""  # which of a kanji's forms is drawn
    category = unicodedata.category(sign)
    if category in _UNSEEN:
        return ""
    if category[0] == "Z" or category == "Cc":
        return " "
    return _KANJI.get(sign, sign)
