"""Which passwords would be guessed early: common ones, walks along a keyboard, and words of the person's surroundings.

After NIST SP 800-63B: a list of what is commonly used and of words that the context gives, no rules of composition. A
word is found behind what people do with it: digits and signs around it, 0 for o, twice, backwards, kana or romaji.
"""

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import jaconv

# Made by tools/common_passwords.py: the first bytes of the SHA-256 of each entry, sorted.
COMMON = Path(__file__).with_name("common_passwords.bin")
DIGEST_BYTES = 6
SHORTEST_COMMON = 4

# What the lists, which are read by the whole world, lack of Japan and of this trade.
_HERE = """
    passwordpassword adminadmin changemeplease iloveyouso letmeinplease welcomeback sakurasakura doraemon pikachu
    arigatou konnichiwa ohayougozaimasu nihon nippon tokyo toukyou osaka hanako tarou yamada suzuki tanaka satou
    takahashi pasuwado kintone tsudoi community administrator asdfghjkl; qazwsxedcrfv zxcvbnmasd abcabcabc superman
    internet userkai usergroup よろしくお願いします ありがとう御座います yoroshikuonegaishimasu
    onegaishimasu arigatougozaimasu otsukaresama hanshintigers
    yomiurigiants hanshin tigers giants
    itou watanabe yamamoto nakamura kobayashi katou yoshida sasaki yamaguchi matsumoto inoue kimura hayashi saitou
    shimizu yamazaki mori ikeda hashimoto abe ishikawa yamashita nakajima maeda fujita ogawa gotou okada hasegawa
    murakami kondou ishii sakamoto endou aoki fujii nishimura fukuda oota miura takeuchi nakagawa okamoto matsuda
    harada nakano ono fujiwara tamura wada ueda morita kaneko shibata sakai miyazaki ichirou jirou taro tarou hanako
"""
# With these people make a sentence of a common word: mysecretpassword.
_FILLERS = ("this", "that", "is", "my", "the", "our", "your", "a", "an", "new", "secret", "password", "pass", "login")
_SENTENCE = re.compile(f"(?:{'|'.join(_FILLERS)})+")
# Longer ones are not tried: two words of the list are shorter.
LONGEST_OF_TWO = 24
RUNS = (
    "01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "あいうえおかきくけこさしすせそたちつてとなにぬねの",
    "いろはにほへとちりぬるをわかよたれそつねならむ", "aiueokakikukekosasisuseso", "aiueokakikukekosashisuseso",
)  # fmt: skip
# The rows of a Japanese keyboard, each half a key further to the right; with Latin letters and with kana.
ROWS = (
    ("1234567890-^", "qwertyuiop@[", "asdfghjkl;:]", "zxcvbnm,./"),
    ("ぬふあうえおやゆよわほへ", "たていすかんなにらせ゛゜", "ちとしはきくまのりれけむ", "つさそひこみもねるめ"),
)
SHIFTED = str.maketrans("!#$%&()", "1345789")
# The pads of keyboards and of telephones.
PAD, PHONE = ("789", "456", "123", "0"), ("123", "456", "789", "*0#")
# Of numbers less needs to be walked: what is added to them is one of ten.
WALK_SHARE, WALK_SHARE_OF_NUMBERS = 0.8, 0.7
# Each of the two fingers may turn back once.
SHORTEST_BY_TURNS, TURNS_SHARE = 8, 0.75
# All pairs of the keys of one board and more; what strangers type must not fill the memory.
PAIRS_KEPT = 4096
# A board, and how far to the right and down.
Step = tuple[str, float, int]

FEWEST_DIFFERENT_CHARACTERS = 4
# A shorter name is part of too many words; in kanji and kana two signs are a name.
SHORTEST_NAME, SHORTEST_NAME_IN_JAPANESE = 3, 2
SHORTEST_PART, LONGEST_REST = 4, 3
LONGEST_EDGE = 12

_LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|一般社団法人|一般財団法人|\b(?:co|ltd|inc|llc|corp|kk|gmbh)\b"
)
_ONE_SCRIPT = re.compile(r"[ァ-ヺー]+|[ぁ-ゖー]+|[一-鿿々]+|[a-z]+")
_BETWEEN = re.compile(r"[\W\d_]+")
_SPELT = str.maketrans({"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "+": "t"})
_DATE = re.compile(r"(?:(?:19|20)\d\d\W?(?:0[1-9]|1[0-2])\W?(?:0[1-9]|[12]\d|3[01])){1,2}[\d\W]{0,4}")
# Different ways to write one word in Latin letters become one: Hepburn is folded into Kunrei, long vowels are short.
_ROMAJI = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        ("sh(?=[auoe])", "sy"), ("shi", "si"), ("t?ch(?=[auoe])", "ty"), ("t?chi", "ti"), ("tsu", "tu"), ("dzu", "zu"),
        ("j(?=[auoe])", "zy"), ("ji", "zi"), ("di", "zi"), ("du", "zu"), ("fu", "hu"), ("m(?=[bp])", "n"),
        ("ou|oo", "o"), ("uu", "u"), ("aa", "a"), ("ii", "i"), ("ee|ei", "e"),
    )
)  # fmt: skip


def is_guessable(password: str, context: Iterable[str]) -> bool:
    """Return whether the password would be among the first guesses.

    `context`: names and addresses of the person who chooses it.
    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < FEWEST_DIFFERENT_CHARACTERS or _is_pattern(plain) or _is_common(plain):
        return True
    words = {form for name in context for form in _forms_of_name(name)}
    letters, others = _BETWEEN.sub("", plain), re.sub(r"[^\W\d_]", "", plain)
    if len(letters) <= LONGEST_REST and (not others or _is_pattern(others)):
        return True
    return any(_is_known(word, words) for word in _list_words(plain))


def _list_words(plain: str) -> set[str]:
    """Return what the letters of a password may be meant to say, also backwards."""
    lead = re.match(r"[\W\d_]*", plain)
    trail = re.search(r"[\W\d_]*\Z", plain)
    first, last = (lead.end() if lead else 0), (trail.start() if trail else len(plain))
    words = {_BETWEEN.sub("", plain)}
    if first >= last:  # no letters: judged as a whole already
        return words
    # A 0 at the end may be a decoration or an o: every cut is tried.
    for start in range(max(0, first - LONGEST_EDGE), first + 1):
        for end in range(last, min(len(plain), last + LONGEST_EDGE) + 1):
            spelt = plain[start:end].translate(_SPELT)
            for one in "il":
                said = spelt.translate(dict.fromkeys(map(ord, "1!|"), one))
                if not re.search(r"\d", said):  # else digits are digits, not letters
                    words.add(_BETWEEN.sub("", said))
            if _is_pattern(plain[start:end]) and end - start > LONGEST_REST:
                return {"password"}  # a walk with something around it: as good as the word
    return {form for word in words for form in (word, word[::-1])}


def _is_known(word: str, names: Collection[str]) -> bool:
    """Whether the word is a common one or a name, repeated or not, or a name with next to nothing beside it."""
    return any(_is_plainly_known(form, names) for form in {word, _fold_romaji(word)})


def _is_plainly_known(word: str, names: Collection[str]) -> bool:
    once = _unrepeated(word)
    if once in names or _is_common(once) or _is_common(word) or _is_two_words(word) or _is_made_of_fillers(word):
        return True
    rest = word
    for name in sorted((name for name in names if _is_long(name, SHORTEST_PART)), key=len, reverse=True):
        rest = rest.replace(name, "")
    return rest != word and (len(rest) <= LONGEST_REST or rest in names or _is_common(rest))


def _is_two_words(word: str) -> bool:
    """Whether it is two common words. Of three there are too many to try: three are what the page suggests."""
    cuts = range(SHORTEST_COMMON, min(len(word), LONGEST_OF_TWO) - SHORTEST_COMMON + 1)
    return len(word) <= LONGEST_OF_TWO and any(_is_common(word[:cut]) and _is_common(word[cut:]) for cut in cuts)


def _is_made_of_fillers(word: str) -> bool:
    return _SENTENCE.fullmatch(word) is not None


def _is_common(word: str) -> bool:
    if word in _read_here():
        return True
    if len(word) < SHORTEST_COMMON:
        return False
    digest, kept = hashlib.sha256(word.encode(errors="replace")).digest()[:DIGEST_BYTES], _read_common()
    at = bisect_left(
        range(len(kept) // DIGEST_BYTES), digest, key=lambda n: kept[n * DIGEST_BYTES : (n + 1) * DIGEST_BYTES]
    )
    return kept[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES] == digest


@cache
def _read_here() -> frozenset[str]:
    words = _HERE.split()
    return frozenset(words) | {_fold_romaji(word) for word in words}


@cache
def _read_common() -> bytes:
    return COMMON.read_bytes()


def _forms_of_name(name: str) -> Iterator[str]:
    """Yield the name whole and in parts, each as it stands and in folded romaji; an address by its parts."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    bare = _LEGAL_FORMS.sub(" ", plain)
    for part in {plain, bare, *re.split(r"[\W\d_]+", bare), *_ONE_SCRIPT.findall(bare), *plain.split("@")}:
        letters = _BETWEEN.sub("", part)
        for form in (letters, _fold_romaji(letters)):
            if _is_long(form, SHORTEST_NAME):
                yield form


def _is_long(name: str, shortest: int) -> bool:
    return len(name) >= (shortest if name.isascii() else SHORTEST_NAME_IN_JAPANESE)


def _fold_romaji(word: str) -> str:
    """Return the word in romaji, of which each has one spelling only; kanji stay."""
    latin = _BETWEEN.sub("", jaconv.kana2alphabet(jaconv.kata2hira(word)))
    for pattern, letters in _ROMAJI:
        latin = pattern.sub(letters, latin)
    return latin


def _unrepeated(text: str) -> str:
    """Return what the text repeats, the last time perhaps in part; the text itself where it repeats nothing."""
    for length in range(1, len(text) // 2 + 1):
        if all(sign == text[n % length] for n, sign in enumerate(text)):
            return text[:length]
    return text


def _is_pattern(text: str) -> bool:
    """Whether the text is a repetition, a run, a date, or a walk along the keys."""
    once = _unrepeated(text)
    if once != text or any(text in run or text in run[::-1] for run in RUNS):
        return True
    return _DATE.fullmatch(text) is not None or _is_walk(text)


def _is_walk(text: str) -> bool:
    """Whether nearly all of it is a walk along the keys: with one finger, with two that take turns, or in pairs."""
    keys = text.translate(SHIFTED)
    share = WALK_SHARE_OF_NUMBERS if keys.isdecimal() else WALK_SHARE
    return _count_walked(keys) >= share * len(keys) or _is_walked_by_turns(keys) or _is_walked_in_pairs(keys)


def _count_walked(keys: str) -> int:
    """Count the signs on straight ways of three keys or more and on zigzags of four or more.

    Ordinary words of one hand, as "dressed geese feed", go from key to next key too, but this way and that.
    """
    steps = [_steps(before, after) for before, after in pairwise(keys)]
    walked: set[int] = set()
    for n in range(len(steps) - 1):
        if steps[n] & steps[n + 1]:
            walked |= {n, n + 1, n + 2}
        if n + 2 < len(steps) and steps[n + 1] and steps[n] & steps[n + 2]:
            walked |= {n, n + 1, n + 2, n + 3}
    return len(walked)


def _is_walked_by_turns(keys: str) -> bool:
    """Whether every other sign is a walk, and so are those between them: 1029384756, a;sldkfjgh."""
    turns = [_steps(before, after) for before, after in zip(keys, keys[2:], strict=False)]
    walked = sum(map(bool, turns))
    kept = sum(bool(steps & before) for before, steps in zip(turns, turns[2:], strict=False))
    return len(keys) >= SHORTEST_BY_TURNS and walked >= TURNS_SHARE * len(turns) and kept * 2 >= len(turns) - 2


def _is_walked_in_pairs(keys: str) -> bool:
    """Whether nearly every two signs are the same step somewhere: 3e2w1q4r5t."""
    pairs = [_steps(before, after) for before, after in zip(keys[::2], keys[1::2], strict=False)]
    (_, most), *_rest = Counter(step for steps in pairs for step in steps).most_common(1) or [(None, 0)]
    return len(keys) >= SHORTEST_BY_TURNS and most >= WALK_SHARE * len(pairs)


@lru_cache(maxsize=PAIRS_KEPT)
def _steps(before: str, after: str) -> frozenset[Step]:
    """Return in which ways the one is the next of the other, as letters and on each board; none: it is not."""
    found: set[Step] = set()
    if abs(ord(before) - ord(after)) <= 1:
        found.add(("signs", ord(after) - ord(before), 0))
    for board, places in _places().items():
        here, there = places.get(before), places.get(after)
        if here is not None and there is not None:
            right, down = there[0] - here[0], there[1] - here[1]
            if abs(right) <= 1 and abs(down) <= 1:
                found.add((board, right, down))
    return frozenset(found)


@cache
def _places() -> dict[str, dict[str, tuple[float, int]]]:
    """Where each key of each board lies, in keys from the left and rows from the top."""
    boards = {"latin": (ROWS[0], 0.5), "kana": (ROWS[1], 0.5), "pad": (PAD, 0.0), "phone": (PHONE, 0.0)}
    return {
        board: {
            sign: (column + row * shift, row) for row, signs in enumerate(rows) for column, sign in enumerate(signs)
        }
        for board, (rows, shift) in boards.items()
    }
