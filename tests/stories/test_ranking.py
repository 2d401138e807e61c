"""Reading a theme, ranking stories for it, and saying why."""

import re

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from community.stories.library import company_words, explaining, ranking, themes
from community.stories.library.equal_words import list_groups, theme_finder
from community.stories.library.ranking import Corpus, Place

STAMPS = ranking.read_story(
    {Place.TITLE: "検査の判を三つにした。", Place.PROBLEM: "課長の押印を待つ。"}, "製造業", 150, 10
)
FAX = ranking.read_story({Place.TITLE: "ファクスの注文", Place.PROBLEM: "用紙を打ち直す。"}, "食品卸", 180, 22)
SHIFTS = ranking.read_story({Place.TITLE: "勤務割を作る", Place.PROBLEM: "夜勤と早番"}, "医療・福祉", 190, 7)
THREE = {1: STAMPS, 2: FAX, 3: SHIFTS}


def first_of(typed: str, without: tuple[str, ...] = ()) -> list[int]:
    return [hit.story_id for hit in ranking.rank(themes.read_theme(typed, without), Corpus().with_changes(THREE))]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("脱ハンコ", 1),
        ("ＦＡＸを減らす", 2),
        ("ふぁっくす", 2),
        ("シフト表", 3),
        ("ｼﾌﾄ", 3),
        ("製造業", 1),
        ("検査", 1),
    ],
)
def test_other_words_for_it_find_it(typed: str, first: int) -> None:
    assert first_of(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "　 ", "。、！", "の", "🍣", "\x00", "((((", "xyzzy"])
def test_what_says_nothing_finds_nothing_and_breaks_nothing(typed: str) -> None:
    theme = themes.read_theme(typed)
    assert theme.is_empty or first_of(typed) == []


@pytest.mark.parametrize(
    ("typed", "trade", "size", "region"),
    [
        ("紙の申請をなくしたい製造業", "製造業", "", ""),
        ("食品工場の衛生", "食品", "", ""),
        ("大阪の町工場", "製造業", "299名まで", "大阪府"),
        ("九州の中小企業", "", "299名まで", "九州"),
        ("食品の製造日報", "食品", "", ""),
        ("建設業の運転手不足", "建設・設備", "", ""),
        ("瀬戸内の造船所", "製造業", "", "瀬戸内"),
        ("東京都の役所", "官公庁・自治体", "", "東京都"),
        ("仙台の小さな会社", "", "49名まで", "宮城県"),
        ("日本海側で300人くらい", "", "300名前後", "日本海側"),
        ("三百二十人の会社", "", "320名前後", ""),
        ("1,200名規模のメーカー", "製造業", "1200名前後", ""),
        ("千人を超える", "", "1000名前後", ""),
        ("三人で回す", "", "", ""),
        ("一人の職場", "", "", ""),
        ("0名以下", "", "", ""),
        ("一人のドライバー", "運輸・倉庫", "", ""),
        ("100名くらいの会社", "", "100名前後", ""),
        ("５０名以下", "", "50名まで", ""),
        ("北海道の農家", "農業・水産", "", "北海道"),
        ("一人で回す", "", "", ""),
    ],
)
def test_a_theme_names_trade_size_and_region(typed: str, trade: str, size: str, region: str) -> None:
    theme = themes.read_theme(typed)
    assert (
        theme.trade.name if theme.trade else "",
        theme.size.name if theme.size else "",
        theme.region,
    ) == (trade, size, region)


def test_a_prefecture_is_read_in_whichever_language_the_page_is(app: Flask) -> None:
    company_words._list_prefectures.cache_clear()
    with app.test_request_context(), force_locale("en"):
        assert themes.read_theme("大阪の町工場").region == "大阪府"


@pytest.mark.parametrize("typed", ["paperless inspection", "Papierlos", "бумага", "Excel files"])
def test_a_theme_in_another_language_is_known(typed: str) -> None:
    assert themes.read_theme(typed).is_foreign


@pytest.mark.parametrize("typed", ["Excel", "脱Excel", "ﾊﾝｺ", "2024", ""])
def test_a_japanese_theme_is_in_no_other_language(typed: str) -> None:
    assert not themes.read_theme(typed).is_foreign


def test_what_was_removed_is_not_read() -> None:
    whole = themes.read_theme("大阪の製造業で脱ハンコ、100名以下")
    assert (whole.groups, whole.region) == (("判子",), "大阪府")
    bare = themes.read_theme(whole.typed, ("trade", "size", "region", "判子"))
    assert (bare.trade, bare.size, bare.region, bare.place, bare.groups) == (None, None, "", None, ())
    assert bare.akin == ()


def test_of_two_alike_the_one_of_the_trade_stands_first() -> None:
    texts = {Place.TITLE: "残業を減らした"}
    corpus = Corpus().with_changes(
        {
            1: ranking.read_story(texts, "小売業"),
            2: ranking.read_story(texts, "建設業"),
            3: ranking.read_story(texts, ""),
        }
    )
    hits = ranking.rank(themes.read_theme("残業の多い建設業"), corpus)
    assert [(hit.story_id, hit.trade) for hit in hits] == [(2, 1.0), (1, 0.0), (3, 0.0)]


def test_a_company_is_found_by_its_facts_alone() -> None:
    assert first_of("群馬の話")[0] == 1
    assert first_of("東北の取り組み") == [3]
    assert first_of("300人くらいの会社")[0] == 3


def test_a_region_decides_between_stories_of_the_same() -> None:
    corpus = Corpus().with_changes(
        {number: ranking.read_story({Place.TITLE: "残業を減らした"}, "", None, number) for number in (13, 32, 33, 38)}
    )
    hits = ranking.rank(themes.read_theme("広島で残業を減らす"), corpus)
    assert [(hit.story_id, hit.is_of_region) for hit in hits] == [
        (32, False),
        (33, False),
        (13, False),
        (38, False),
    ]
    hits = ranking.rank(themes.read_theme("瀬戸内で残業を減らす"), corpus)
    assert [hit.story_id for hit in hits if hit.is_of_region] == [33, 38]
    assert [hit.story_id for hit in hits][:2] == [33, 38]


def test_what_is_told_at_length_stands_before_what_is_only_mentioned() -> None:
    corpus = Corpus().with_changes(
        {
            1: ranking.read_story({Place.TITLE: "朝の点検", Place.REST: "残業は減っていません。"}),
            2: ranking.read_story({Place.TITLE: "残業を減らすまで", Place.PROBLEM: "時間外が続き、定時に帰れない。"}),
        }
    )
    assert [hit.story_id for hit in ranking.rank(themes.read_theme("残業"), corpus)] == [2, 1]


def test_what_is_akin_orders_and_finds_nothing() -> None:
    corpus = Corpus().with_changes(
        {
            1: ranking.read_story({Place.TITLE: "ハンコの話"}),
            2: ranking.read_story({Place.TITLE: "ハンコの話", Place.PROBLEM: "承認が要る。"}),
            3: ranking.read_story({Place.TITLE: "承認の話"}),
        }
    )
    assert [hit.story_id for hit in ranking.rank(themes.read_theme("捺印"), corpus)] == [2, 1]


@pytest.mark.parametrize(("typed", "first"), [("雨の日", 2), ("鍵を渡す", 1), ("渡す鍵", 1)])
def test_a_word_of_one_kanji_is_a_word(typed: str, first: int) -> None:
    corpus = Corpus().with_changes(
        {1: ranking.read_story({Place.TITLE: "鍵はどこ"}), 2: ranking.read_story({Place.TITLE: "雨でも読める"})}
    )
    assert [hit.story_id for hit in ranking.rank(themes.read_theme(typed), corpus)] == [first]


def test_a_way_of_asking_says_less_in_a_story_and_is_no_reason() -> None:
    texts = {1: {Place.LEAD: "夜まで続く。"}, 2: {Place.LEAD: "時間外が続く。"}}
    corpus = Corpus().with_changes({id_: ranking.read_story(each) for id_, each in texts.items()})
    theme = themes.read_theme("働きすぎ")
    hits = ranking.rank(theme, corpus)
    assert [hit.story_id for hit in hits] == [2, 1]
    assert explaining.keep_explained(theme, hits, corpus.sayings) == hits[:1]
    assert [explaining.explain(theme, hit, texts[hit.story_id]) for hit in hits[1:]] == [[]]


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from([STAMPS, FAX, SHIFTS, None])), max_size=12))
def test_a_corpus_that_was_changed_is_the_one_that_is_made_anew(
    changes: list[tuple[int, ranking.Saying | None]],
) -> None:
    corpus, said = Corpus(), dict[int, ranking.Saying]()
    for id_, saying in changes:
        before = corpus
        kept = (dict(before.sayings), {word: dict(having) for word, having in before.by_word.items()})
        corpus = corpus.with_changes({id_: saying})
        assert (dict(before.sayings), {word: dict(having) for word, having in before.by_word.items()}) == kept
        said.pop(id_, None)
        if saying is not None:
            said[id_] = saying
    assert corpus == Corpus().with_changes(said)


def test_reasons_are_words_that_stand_in_theme_and_story() -> None:
    texts = {Place.TITLE: "ハンコをやめた", Place.PROBLEM: "課長の押印を、三日待つ。\nFAXも届く。"}
    theme = themes.read_theme("脱はんこと押印の待ち")
    hit = ranking.rank(theme, Corpus().with_changes({1: ranking.read_story(texts)}))[0]
    own, stamps = explaining.explain(theme, hit, texts)
    assert (own.name, own.found) == ("", ("押印",))
    assert (stamps.name, stamps.typed, stamps.found) == ("判子", ("脱はんこ", "押印"), ("ハンコ",))
    assert (own.places, stamps.places) == ((Place.PROBLEM,), (Place.TITLE,))


@given(st.text(max_size=80), st.text(max_size=80))
def test_every_reason_can_be_found_in_the_story(typed: str, told: str) -> None:
    theme, texts = themes.read_theme(typed), {Place.LEAD: told + "紙の申請"}
    for hit in ranking.rank(theme, Corpus().with_changes({1: ranking.read_story(texts)})):
        for met in explaining.explain(theme, hit, texts):
            assert met.found
            if met.name:
                assert all(word in texts[Place.LEAD] for word in met.found)


_WORDS = sorted({word for group in list_groups().values() for word in (*group.words, *group.asked)})[::40]
_PIECES = st.sampled_from([*_WORDS, *"紙の申請をやめるFAX雨鍵㈱ヴ、 \n"])
_SENTENCES = st.lists(_PIECES, max_size=12).map("".join)


@given(_SENTENCES, _SENTENCES)
def test_what_is_counted_has_a_reason_and_what_has_one_is_counted(typed: str, told: str) -> None:
    theme, texts = themes.read_theme(typed, ("trade", "size", "region")), {Place.LEAD: told, Place.TITLE: "紙の申請"}
    corpus = Corpus().with_changes({1: ranking.read_story(texts)})
    hits = ranking.rank(theme, corpus)
    kept = explaining.keep_explained(theme, hits, corpus.sayings)
    assert kept == [hit for hit in hits if explaining.explain(theme, hit, texts)]


@pytest.mark.parametrize(
    ("typed", "told", "found"),
    [
        ("鍵を渡す", "鍵はどこ", ("鍵",)),
        ("紙の申請", "紙は減らない", None),  # where more is asked for, one sign says too little
        ("申請書を承認申請で", "承認申請書", ("申請書", "承認申請")),
        ("残業を減らす", "増えた手間を減らす", None),
    ],
)
def test_a_reason_is_more_than_grammar(typed: str, told: str, found: tuple[str, ...] | None) -> None:
    theme, texts = themes.read_theme(typed), {Place.LEAD: told}
    corpus = Corpus().with_changes({1: ranking.read_story(texts)})
    (hit,) = ranking.rank(theme, corpus)
    assert explaining.keep_explained(theme, [hit], corpus.sayings) == ([hit] if found else [])
    assert [met.found for met in explaining.explain(theme, hit, texts) if not met.name] == ([found] if found else [])


def test_no_word_stands_twice_in_its_group() -> None:
    for group in list_groups().values():
        words = [*group.words, *group.asked, *group.near]
        assert (group.name, sorted(words)) == (group.name, sorted(set(words)))


def test_no_word_is_so_short_that_it_stands_in_others() -> None:
    """Kana of either kind are folded into one: ケア would be found in 「だけあった」."""
    words = {word for group in list_groups().values() for word in (*group.words, *group.asked, *group.near)}
    assert {word for word in words if re.fullmatch("[ぁ-ゖァ-ヶー]{1,2}", word)} == set()


def test_groups_are_akin_to_groups_that_there_are() -> None:
    for group in list_groups().values():
        assert set(group.akin) <= list_groups().keys() - {group.name}


def test_groups_are_found_by_each_of_their_words() -> None:
    for group in list_groups().values():
        for word in (*group.words, *group.asked):
            assert group.name in themes.read_theme(word).groups, (group.name, word)
    assert theme_finder() is theme_finder()


@pytest.mark.parametrize("typed", ["東北の取り組み", "脱ハンコの製造業", "300人くらい"])
def test_an_empty_library_has_nothing(typed: str) -> None:
    assert ranking.rank(themes.read_theme(typed), Corpus()) == []
