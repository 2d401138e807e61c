"""What a reader can try first, as it is typed."""

import pytest

from community.stories.versions.content import Try
from community.stories.versions.tries import parse_tries, write_tries

COUNT = "同じ数字を何回書くか数える"
READ = {
    f"{COUNT}｜15分": Try(COUNT, "15分"),
    f"{COUNT}|5分": Try(COUNT, "5分"),
    f"{COUNT} | 約5分 ": Try(COUNT, "約5分"),
    f"{COUNT}\t5分": Try(COUNT, "5分"),
    f"{COUNT}（15分）": Try(COUNT, "15分"),
    f"{COUNT} (約1時間半)": Try(COUNT, "約1時間半"),
    f"{COUNT}（１５分くらい）。": Try(COUNT, "１５分くらい"),
    f"{COUNT}（半日）": Try(COUNT, "半日"),
    "Count the forms (15 minutes)": Try("Count the forms", "15 minutes"),
    f"{COUNT}（朝礼で）": Try(f"{COUNT}（朝礼で）", ""),
    f"{COUNT}（1回目）": Try(f"{COUNT}（1回目）", ""),
    "一枚（15分）ずつ数える": Try("一枚（15分）ずつ数える", ""),
    f"{COUNT}（表）｜15分": Try(f"{COUNT}（表）", "15分"),
    COUNT: Try(COUNT, ""),
    f"{COUNT}｜": Try(COUNT, ""),
    "｜15分": Try("15分", ""),
    "一つめ｜｜｜二つめ｜": Try("一つめ", "二つめ"),
    "（15分）": Try("（15分）", ""),
}


@pytest.mark.parametrize("typed", READ)
def test_one_line(typed: str) -> None:
    assert parse_tries(typed) == (READ[typed],)


def test_several_lines_without_the_empty_ones() -> None:
    assert parse_tries(f"\n{COUNT}｜15分\n｜｜\n\u3000\n見る\n") == (Try(COUNT, "15分"), Try("見る", ""))
    assert parse_tries("") == ()


def test_what_is_written_is_read_again() -> None:
    tries = tuple(READ.values())
    assert parse_tries(write_tries(tries)) == tries
