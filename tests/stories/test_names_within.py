"""Names of the company and of people within a text."""

from community.stories.versions.names_within import find_names, list_names

NAMES = list_names("株式会社北浜精工", ["佐伯 美咲", "林"])


def test_names_are_written_in_several_ways() -> None:
    assert NAMES == ["株式会社北浜精工", "佐伯 美咲", "北浜精工", "佐伯"]


def test_each_is_found_once() -> None:
    assert find_names("株式会社北浜精工の佐伯です。", NAMES) == ["株式会社北浜精工", "佐伯"]
    assert find_names("北浜精工では、林の紙を数えました。", NAMES) == ["北浜精工"]
    assert find_names("うちでは、紙を数えました。", NAMES) == []
