"""Addresses of one person have one key, and ordinary addresses are their own."""

import idna
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from community.accounts.mail_addresses import is_address, tidy_address
from models.accounts import Member
from models.address_keys import address_key
from models.base import db, transaction
from tests.cast import Cast

SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"
GMAIL = ("gmail.com", "googlemail.com")
words = st.text(SIGNS, min_size=1, max_size=8)
locals_ = st.builds(".".join, st.lists(st.text(SIGNS + "_-", min_size=1, max_size=8), min_size=1, max_size=3))
domains = st.builds("{}.{}".format, words, st.sampled_from(["jp", "co.jp", "example"]))
ordinary = st.builds("{}@{}".format, locals_, domains)
# As Japanese domains are written, and as somebody would imitate them and Latin ones.
labels = st.text("あいウエカ力ロ口ニ二ー一ハ八卜ト夕タ工ヘへ社株аеорсухαονçåñ가", min_size=1, max_size=8)


def in_ascii(label: str) -> str:
    return idna.encode(f"{label}.jp", uts46=True).decode()


@given(ordinary, ordinary)
def test_an_ordinary_address_is_its_own_key(one: str, other: str) -> None:
    assert address_key(one) == one
    assert (address_key(one) == address_key(other)) == (one == other)


@given(st.one_of(ordinary, st.emails(), st.text(max_size=30), st.builds("{}+{}@gmail.com".format, locals_, words)))
def test_a_key_is_its_own_key(address: str) -> None:
    key = address_key(tidy_address(address))
    assert address_key(key) == key


@given(locals_, labels)
def test_a_key_of_a_domain_in_other_letters_is_its_own_key(local: str, label: str) -> None:
    try:
        domain = in_ascii(label)
    except idna.IDNAError:
        return
    key = address_key(f"{local}@{domain}")
    assert address_key(key) == key
    assert key.startswith(f"{local}@")


@given(ordinary, st.text(SIGNS + "+.-", max_size=8))
def test_a_tag_changes_nothing(address: str, tag: str) -> None:
    local, _, domain = address.partition("@")
    assert address_key(f"{local}+{tag}@{domain}") == address_key(address)


@given(st.lists(words, min_size=1, max_size=4), st.sampled_from(GMAIL), words)
def test_dots_and_both_names_of_gmail_change_nothing_and_elsewhere_they_do(
    parts: list[str], gmail: str, tag: str
) -> None:
    assert address_key(f"{'.'.join(parts)}+{tag}@{gmail}") == f"{''.join(parts)}@gmail.com"
    assert address_key(f"{'.'.join(parts)}@example.jp") == f"{'.'.join(parts)}@example.jp"


@pytest.mark.parametrize(
    ("one", "other", "is_one_person"),
    [
        ("ｓａｅｋｉ＠ｋｉｔａｈａｍａ．ｊｐ", "saeki@kitahama.jp", True),
        ("Saeki+2@Kitahama.jp", "saeki@kitahama.jp", True),
        ("saeki@kitahаma.jp", "saeki@kitahama.jp", True),  # a Cyrillic а
        ("saeki@カタロ.jp", "saeki@力夕口.jp", True),
        ("saeki@一二工業.jp", "saeki@ーニエ業.jp", True),
        ("saek1@kitahama.jp", "saekl@kitahama.jp", False),
        ("saeki@kitaharna.jp", "saeki@kitahama.jp", False),
        ("saeki@k0bo.jp", "saeki@kobo.jp", False),
        ("saeki@日本工業.jp", "saeki@日本鋼業.jp", False),
        ("saeki@北浜.jp", "saeki@北浜.co.jp", False),
        ("+tag@kitahama.jp", "+other@kitahama.jp", False),
        ("saeki-2@kitahama.jp", "saeki@kitahama.jp", False),
    ],
)
def test_what_only_looks_different_is_one_person(one: str, other: str, is_one_person: bool) -> None:  # noqa: FBT001  a case
    assert (address_key(tidy_address(one)) == address_key(tidy_address(other))) == is_one_person


def test_names_before_the_at_sign_in_other_letters_are_nobodys_address() -> None:
    """So of confusables only those in domains are left for the key."""
    assert not is_address(tidy_address("sаeki@kitahama.jp"))  # a Cyrillic а
    assert not is_address(tidy_address("佐伯@kitahama.jp"))


def test_what_writes_an_address_writes_its_key(cast: Cast) -> None:
    cast.owner.email = "new+x@gmail.com"
    plain = {"email": "d.o.t@gmail.com", "handle": "dot", "family_name": "点"}
    with transaction():
        db.session.execute(sa.insert(Member), [plain, {**plain, "email": "two@b.jp", "handle": "two"}])
    keys = set(db.session.scalars(sa.select(Member.address_key)))
    assert {"new@gmail.com", "dot@gmail.com", "two@b.jp", cast.third.email} <= keys


def test_the_database_lets_no_second_one_in_unless_it_is_said_to_be_one(cast: Cast) -> None:
    twin = {"email": cast.owner.email.replace("@", "+2@"), "handle": "twin", "family_name": "二"}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.insert(Member).values(twin))
    db.session.execute(sa.insert(Member).values(**twin, is_second_account=True))
