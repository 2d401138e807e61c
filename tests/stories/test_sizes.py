"""A company is in one band of sizes wherever stories are chosen by it."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from blueprints.stories.library.library_words import name_sizes
from community.accounts.labels import SIZE_BANDS, size_band
from community.stories.library.company_words import MOST, list_sizes
from community.stories.library.library import search_library
from community.stories.library.library_filter import LibraryFilter
from community.stories.library.themes import Theme
from models.accounts import Member
from models.base import today
from tests.cast import Cast
from tests.stories.reading import tell

pytestmark = pytest.mark.one_database

EMPLOYEES = (1, 49, 50, 51, 99, 100, 101, 299, 300, 301, 999, 1000, 1001)


@pytest.fixture
def told(cast: Cast) -> list[int]:
    """A story of each of these sizes."""
    for employees in EMPLOYEES:
        cast.a.employees = employees
        tell(cast, title=str(employees))
    return list(EMPLOYEES)


def find(size: str) -> list[int]:
    found = search_library(Theme(""), LibraryFilter(on=today(), size=size), today(), 18, most=len(EMPLOYEES))
    return sorted(int(hit.entry.title) for hit in found.hits)


def test_the_library_finds_companies_by_the_bands_that_readers_are_told(told: list[int]) -> None:
    found = {label: find(size) for size, label in name_sizes().items()}
    assert found == {size_band(each): [other for other in told if size_band(other) == size_band(each)] for each in told}


def test_sizes_are_offered_by_their_bands(cast: Cast, signed_in: Callable[[Member], FlaskClient]) -> None:
    read = BeautifulSoup(signed_in(cast.cs).get("/stories/library?size=1").text, "html.parser")
    offered = read.select("select[name=size] option")
    assert [each.get_text() for each in offered][:3] == ["すべて", "1〜49名", "50〜99名"]
    assert [each.get_text() for each in offered if each.has_attr("selected")] == ["50〜99名"]


def test_themes_mean_whole_bands() -> None:
    for size in list_sizes():
        assert size.least in {1, *SIZE_BANDS}
        assert size.most + 1 in {*SIZE_BANDS, MOST + 1}
