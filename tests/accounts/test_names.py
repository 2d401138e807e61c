"""What people may call themselves."""

import pytest

from community.accounts import names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  佐伯\u3000裕子 ", "佐伯 裕子"),
        ("admin\u202eimda", "adminimda"),
        ("sa\u200beki\u200d\ufeff", "saeki"),
        ("two\nlines\there", "two lines here"),
        ("か\u3099", "が"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("Z" + "\u0335" * 40, "Z\u0335\u0335"),
        ("nul\x00l", "null"),
        ("\u200b\u200b", ""),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("O'Brien 😀", "O'Brien 😀"),
    ],
)
def test_a_line_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert names.clean_line(typed) == kept


def test_a_text_keeps_its_lines() -> None:
    assert names.clean_text("  一行目  \r\n\r\n二行目\u202e\r三行目\n") == "  一行目\n\n二行目\n三行目"
    assert names.clean_text("　字下げ\n品名\t数\n") == "　字下げ\n品名\t数"


@pytest.mark.parametrize("handle", ["ab", "saeki", "saeki_m", "saeki-m2", "a" * 32])
def test_handles(handle: str) -> None:
    assert names.is_handle(handle)


@pytest.mark.parametrize(
    "handle", ["", "a", "1a", "_a", "-a", "saeki-", "Saeki", "sa eki", "佐伯", "a" * 33, "admin", "here", "sae\n", "é1"]
)
def test_no_handles(handle: str) -> None:
    assert not names.is_handle(handle)
