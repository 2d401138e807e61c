"""Which passwords are taken, and how they are kept."""

import hashlib
import json
import time
import unicodedata

import pytest
from argon2 import PasswordHasher
from flask import Flask

from community.signin import guessing, passwords

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    "password",
    [
        "password123", "Password!!", "P@ssw0rd2024", "passwordpassword", "1234567890", "9876543210", "qwertyuiop",
        "aaaaaaaaaa", "ababababab", "abcdeabcde", "sakura2024!", "doraemon12", "iloveyou!!!", "saeki12345",
        "saeki.m2024", "saeki@kitahama.example", "kitahama2024", "1qaz2wsx3edc", "tsudoi2026",
        "さえきさえき12", "佐伯裕子佐伯裕子",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("app")
def test_what_everybody_would_try_is_refused(password: str) -> None:
    assert passwords.is_guessable(password, "saeki@kitahama.example", "saeki_m", "佐伯裕子", "さえき")


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "password",
    [
        "basketball", "Basketball!", "b4sketb4ll", "butterfly2026", "trustno1trustno1", "drowssap12",
        "いろはにほへとちり",
        "1q2w3e4r5t", "0p9o8i7u6y", "qwertyuiop12", "zaq12wsxcde3", "!QAZ2wsx#EDC", "1234qwerasdf", "mnbvcxz123",
        "たていすかんなにらせ", "あいうえおかきくけこ", "20260401!!", "1980040119", "abc1234567", "aaabbbccc1",
    ],
)  # fmt: skip
def test_common_passwords_and_walks_along_the_keys_are_refused(password: str) -> None:
    assert passwords.is_guessable(password)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "password",
    [
        # the numeric pad, and a telephone's
        "7894561230", "147258369", "1472583690", "7410852963", "9632587410", "741852963", "3216549870", "1470258369",
        "8520741963", "9517538520", "2580258013", "7894561230!", "09012345678", "0147258369",
        # two keys, two rows, two fingers by turns
        "qawsedrf", "qawsedrftg", "a1s2d3f4g5", "z1x2c3v4b5", "aszxdfcv12", "3e2w1q4r5t", "lpkojihu", "a;sldkfjgh",
        "qpwoeiruty", "1029384756", "0192837465", "poiulkjh", "zaxscdvfbg", "q2w3e4r5t6", "ujmyhntgb", "QaWsEdRf!",
    ],
)  # fmt: skip
def test_walks_on_the_pad_and_walks_by_turns_are_refused(password: str) -> None:
    assert passwords.is_guessable(password)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "password",
    [
        "dressed geese feed", "dressed-geese-feed", "greed feeds weeds", "poor moors were warm", "were sweet freed",
        "assess dressed dresses", "faded cedar sacred", "rewarded towers", "popular union pin", "lookup onion pill",
        "tree-were-seed-few", "great secret carpet", "sweater weather rest", "aoi sora shiroi kumo",
        "ookii ki no shita", "8301946527", "5029371846", "3918405726", "62940815374",
    ],
)  # fmt: skip
def test_ordinary_words_of_one_hand_and_random_numbers_are_taken(password: str) -> None:
    assert not passwords.is_guessable(password)


OF_SAEKI = (
    "saeki@kitahama.example.jp",
    "saeki_m",
    "佐伯",
    "裕子",
    "さえき",
    "ゆうこ",
    "北浜精工株式会社",
    "きたはませいこう",
)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "password",
    [
        # the product's, the vendor's and the community's: クミヒモ, 株式会社クミヒモ, クミヒモ ユーザー会
        "kumihimo2026", "2026kumihimo", "KUMIHIMO-2026", "kum1h1m0!!", "kumihim02026", "kumihimokumihimo",
        "omihimuk2026", "ｋｕｍｉｈｉｍｏ２０２６", "クミヒモ2026クミヒモ", "くみひもくみひも26", "2026年クミヒモ会員",
        "kumihimo-san", "kumihimoyuzakai", "kumihimotsudoi", "kumihimo-password", "kumi-himo-123",
        # the company's, its mail domain's, one's own
        "kitahamaseiko", "kitahama-seikou1", "kitahamaseikoo", "北浜精工2026年度", "kitahama.example1", "kitahamasaeki",
        "yuko-saeki-99", "saekiyuuko1980", "佐伯裕子2026!", "s43k1-yuk0",
    ],
)  # fmt: skip
def test_names_of_product_vendor_community_company_and_person_are_refused(password: str) -> None:
    assert passwords.is_guessable(password, *OF_SAEKI)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "password",
    [
        "musubu-no-kumihimo", "tsudoi-no-engawa", "kumihimo no himo wo musubu", "yuko likes long walks",
        "朝の珈琲と古い本",
        "ひなたのえんがわでねこ", "7GkQ-2rTz-9wLp", "4820175936281", "tsuki-to-sanpo", "yama no mukou no umi",
    ],
)  # fmt: skip
def test_a_name_inside_something_longer_is_taken(password: str) -> None:
    assert not passwords.is_guessable(password, *OF_SAEKI)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "password",
    [
        "mysecretpassword", "secretpassword", "thisismypassword", "yamadatarou", "tanaka-tarou1", "suzukiichirou",
        "yamadahanako", "kobayashi2026", "watanabe123", "yoroshikuonegaishimasu", "よろしくお願いします",
        "よろしくおねがいします", "ありがとうございます", "hanshintigers", "butterflysunshine", "dragonmonkey99",
        "kumihimouserkai",
    ],
)  # fmt: skip
def test_common_words_joined_with_each_other_are_refused(password: str) -> None:
    assert passwords.is_guessable(password)


@pytest.mark.usefixtures("app")
def test_length_is_that_of_the_composed_password() -> None:
    assert passwords.length_of("ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ") == 5
    assert passwords.length_of(unicodedata.normalize("NFD", "がぎぐげご")) == 5


def test_the_list_is_what_its_record_says() -> None:
    record, kept = json.loads(guessing.COMMON.with_suffix(".json").read_text()), guessing.COMMON.read_bytes()
    assert hashlib.sha256(kept).hexdigest() == record["sha256"]
    size = guessing.DIGEST_BYTES
    digests = [kept[at : at + size] for at in range(0, len(kept), size)]
    assert digests == sorted(set(digests))
    assert len(digests) == record["entries"] > 40_000
    assert all({"name", "version", "licence", "sha256"} <= source.keys() for source in record["made_of"])


def test_a_long_password_is_judged_in_no_time() -> None:
    began = time.process_time()
    for password in ("abc1!0" * 21, "1!" * 64, "a" + "1" * 126 + "b", "kumihimo-" * 14):
        guessing.is_guessable(password, OF_SAEKI)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "password",
    ["hinata-no-engawa", "ひなたのえんがわでねこ", "correct horse battery", "saeki likes long walks", "xK9!vm2#pQ"],
)
@pytest.mark.usefixtures("app")
def test_what_is_long_and_ones_own_is_taken(password: str) -> None:
    assert not passwords.is_guessable(password, "saeki@kitahama.example", "saeki_m", "佐伯裕子")


def test_the_right_password_fits_its_hash_only(app: Flask) -> None:
    kept = passwords.hash_password("ひなたのえんがわ")
    assert passwords.check_password("ひなたのえんがわ", kept)
    assert not passwords.check_password("ひなたのえんがわ ", kept)
    assert not passwords.check_password("nobody", None)
    assert not passwords.check_password("nobody", "not a hash")
    assert kept.startswith("$argon2id$")


def test_however_a_keyboard_composes_it(app: Flask) -> None:
    kept = passwords.hash_password(unicodedata.normalize("NFC", "がぎぐげご-ＡＢＣ"))
    assert passwords.check_password(unicodedata.normalize("NFD", "がぎぐげご-ABC"), kept)


def test_a_hash_of_other_costs_is_outdated(app: Flask) -> None:
    assert not passwords.is_outdated(passwords.hash_password("hinata-no-engawa"))
    assert passwords.is_outdated(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash("hinata-no-engawa"))
