"""Names as people type them into a meeting: whose they may be, and which are nobody's. Pure."""

import re
import unicodedata

from community.search import folding

# Forms of companies, before or after their names.
_FORMS = re.compile(r"株式会社|有限会社|合同会社|合資会社|合名会社|(?:社団|財団|医療|学校)法人|\([株有同]\)")
# How names of companies end; with a person's beside it, that is the company's.
_ENDINGS = (
    "工業", "製作所", "物流", "商店", "建設", "建材", "精工", "産業", "商事", "システム", "ネット", "銀行", "市役所",
    "県庁", "大学", "病院", "グループ", "ホールディングス", "サービス", "本社", "支社", "支店", "営業所", "部", "課",
)  # fmt: skip
_DEVICES = (
    "iphone", "ipad", "android", "galaxy", "pixel", "xperia", "aquos", r"macbook(?: ?(?:pro|air))?", "imac", "mac",
    "windows", "pc", r"desktop-\w+", r"laptop-\w+", "surface", r"zoom(?: ?user| ?rooms?)?", "guest", "ゲスト", "参加者",
    "名無し", "user", "admin", "test", "テスト",
)  # fmt: skip
# What devices call themselves: 「iPhone」, 「田中のiPhone」, 「iPad (2)」.
_DEVICE = re.compile(rf"(?:[\w’'-]+ ?の ?)?(?:{'|'.join(_DEVICES)})[ \d-]*(?:\(\d+\))?", re.IGNORECASE)
_TELEPHONE = re.compile(r"\d+|[+\d][\d\s()-]{6,}(?:.*電話.*)?|.*電話参加.*|call[- ]in user.*", re.IGNORECASE)
_ROOMS = "会議室|ミーティングルーム|応接室|研修室|ホール|meeting room|conference room|本社|支社|支店|営業所|工場"
_ROOM = re.compile(rf".*(?:{_ROOMS})\s*\d*", re.IGNORECASE)
# The name that was shown, and in brackets the one with which somebody came.
_ORIGINAL = re.compile(r"(.+?)\s*\(([^()]+)\)\s*")
# What stands between a company and a person, or a person and a company.
_BETWEEN = re.compile(r"[\s_@/|・:;,、-]+")
_HONORIFIC = re.compile(r"(?:さん|様|さま|氏|殿|部長|課長|係長|主任|代表)$")
_DOUBLE_LOW_LINE = "\u2017"


def fold_name(name: str) -> str:
    """Return the name as it is compared: widths, case, spaces and marks say nothing."""
    return re.sub(r"\W", "", folding.fold(name)) or name


def is_nobody(name: str) -> bool:
    """Return whether the name is a device's, a telephone's or a room's, and so becomes no contact."""
    plain = _plain(name)
    found = _ORIGINAL.fullmatch(plain)
    if found is not None and not is_nobody(found[2]):
        return False
    plain = found[1] if found is not None else plain
    return not plain or any(each.fullmatch(plain) for each in (_DEVICE, _TELEPHONE, _ROOM))


def suggest_names(name: str) -> list[str]:
    """Return the names of people that may be meant, the likeliest first; empty for what is nobody's name.

    「樫尾＠北斗物流 (樫尾 みのる)」: 樫尾 みのる, 樫尾. 「タナベ工業　山田太郎(iPhone)」: 山田太郎.
    """
    plain = _plain(name)
    found = _ORIGINAL.fullmatch(plain)
    parts = [found[2], found[1]] if found is not None else [plain]
    suggested = [person for part in parts if not is_nobody(part) for person in _people_in(part)]
    return list(dict.fromkeys(suggested))


def _plain(name: str) -> str:
    """Return the name in one width. U+2017, with which people write a low line, NFKC would tear apart."""
    return unicodedata.normalize("NFKC", name.replace(_DOUBLE_LOW_LINE, "_")).strip()


def _people_in(text: str) -> list[str]:
    """Return who a piece of a name may be: without a company, its form, and titles."""
    words = [_HONORIFIC.sub("", word) for word in _BETWEEN.split(text) if word]
    people = [word for word in words if word and not _is_company(word) and not is_nobody(word)]
    # Family and given name, or a company without its form and a person: nobody can tell, so all are suggested.
    return [" ".join(people), *people[::-1]] if people else []


def _is_company(word: str) -> bool:
    return _FORMS.search(word) is not None or (word.endswith(_ENDINGS) and word not in _ENDINGS)
