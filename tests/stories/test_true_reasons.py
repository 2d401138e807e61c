"""Every reason for a hit stands in the story: as a word, in the script in which it is written there."""

import re
from pathlib import Path

import pytest

from community.stories.library import explaining, ranking, themes
from community.stories.library.explaining import Met
from community.stories.library.ranking import Corpus, Place
from tests.stories.ranking_measures import GOLDEN, TOP, read_sample, read_themes

KANJI = "一-鿿々"
SETS = sorted(GOLDEN.glob("*.toml"))
# What may follow a kanji at which a word ends: particles, forms of だ, and する.
_FOLLOWS = "のをがにはでともへやかなだしすさせ"


def reasons_for(typed: str, told: str) -> list[Met]:
    theme, texts = themes.read_theme(typed, ("trade", "size", "region")), {Place.LEAD: told}
    corpus = Corpus().with_changes({1: ranking.read_story(texts)})
    hits = ranking.rank(theme, corpus)
    kept = explaining.keep_explained(theme, hits, corpus.sayings)
    assert kept == [hit for hit in hits if explaining.explain(theme, hit, texts)]
    return [met for hit in hits for met in explaining.explain(theme, hit, texts)]


def is_word(word: str, text: str) -> bool:
    """Return whether the word stands somewhere just so, and neither begins nor ends within katakana or bent kanji."""
    return any(
        not re.search("[ァ-ヺー]{2}\\Z", text[max(0, found.start() - 1) : found.start() + 1])
        and not re.match("[ァ-ヺー]{2}", text[found.end() - 1 : found.end() + 1])
        and not (
            re.fullmatch(f"(.*[ぁ-ゖ])?[{KANJI}]", word)
            and re.match(f"(?![{_FOLLOWS}])[ぁ-ゖ]", text[found.end() : found.end() + 1])
        )
        for found in re.finditer(re.escape(word), text)
    )


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_reasons_of_golden_themes_are_words_of_the_stories(path: Path) -> None:
    sample = read_sample()
    wrong = list[tuple[str, str, str]]()
    for each in read_themes(path):
        theme = themes.read_theme(each.text)
        kept = explaining.keep_explained(theme, ranking.rank(theme, sample.corpus), sample.corpus.sayings)
        for hit in [hit for hit in kept if hit.story_id in sample.offered][:TOP]:
            texts = sample.texts[hit.story_id]
            for met in explaining.explain(theme, hit, texts):
                assert met.found
                wrong += [
                    (each.text, sample.keys[hit.story_id], word)
                    for word in met.found
                    if not any(is_word(word, texts[place]) for place in met.places)
                ]
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        # Katakana in the grammar of hiragana.
        ("ノルマ", "やり方が変わるまで"),
        ("カレーの作り方", "表に書かれた数字"),
        ("センターの人", "紙はありません"),
        ("テストの話", "捨てすとても"),
        ("シナリオ", "見直しなりおよび"),
        ("タルト", "登録したるところ"),
        # Pieces of longer words.
        ("パートさん", "デパートとアパートとパートナー"),
        ("EDIの話", "CREDITとEDITOR"),
        ("グラフ", "パラグラフ"),
        ("管理課の人", "料理課題"),
        ("紙", "手紙が届く"),
        # What stories about it say, and ways of asking for it.
        ("スマホ", "冷蔵庫の中"),
        ("水産加工", "板を置く"),
        ("反発", "簡単なもの"),
        ("反発", "信頼をなくす"),
        ("水産", "桃とぶどう"),
        ("Excel", "表を見る"),
        ("DX", "入力する"),
    ],
)
def test_what_only_looks_like_it_is_no_reason(typed: str, told: str) -> None:
    assert reasons_for(typed, told) == []


def test_words_of_the_theme_are_shown_whole() -> None:
    typed = [met.typed for met in reasons_for("匠を、辞める前に", "定年と熟練") if met.name]
    assert sorted(typed) == [("匠",), ("辞める",)]


@pytest.mark.parametrize(
    ("typed", "told", "found"),
    [
        ("ノルマに追われる", "毎月のノルマ。", "ノルマ"),
        ("ﾉﾙﾏ", "ノルマがある", "ノルマ"),
        ("カレーの作り方", "ｶﾚｰを煮る", "ｶﾚｰ"),
        ("コールの数", "コールセンターの人", "コールセンター"),
        ("コンベヤ", "コンベヤーが止まる", "コンベヤー"),
        ("雨の日", "雨の日は遅れる", "雨の日"),
        ("積み替え", "荷を積み替えました", "積み替えました"),
        ("情シス", "部の情シスに聞く", "情シス"),
        ("所在管理", "すぐには見つからないことが多い。", "見つからない"),
        ("二重入力", "同じ表に打ち直していました。", "打ち直していました"),
        ("風通し", "声が上がるようになる", "声が上がる"),
        ("ヒューマンエラー", "記録のミスを減らす", "ミス"),
        ("捺印", "古いはんこをやめる", "はんこ"),
        ("捺印", "次のハンコ屋", "ハンコ"),
    ],
)
def test_words_are_shown_whole_and_as_the_story_writes_them(typed: str, told: str, found: str) -> None:
    assert found in [word for met in reasons_for(typed, told) for word in met.found]
