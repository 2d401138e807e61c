"""Pictures in posts: what is larger than its place opens itself, and what is long shows its beginning."""

import pytest
from bs4 import BeautifulSoup, Tag

from community import text

KEY = "0123456789abcdef0123456789abcdef"
ADDRESS = f"/files/{KEY}"


def picture_in(typed: str, size: tuple[int, int] | None) -> tuple[Tag, Tag | None]:
    """The picture, and the link that it stands in."""
    shown = text.to_html(typed, images={KEY: size} if size else {})
    image = BeautifulSoup(shown, "html.parser").img
    assert image is not None
    return image, image.find_parent("a")


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((400, 12_000), ["tall"]),
        ((1_080, 20_000), ["tall"]),
        ((12_000, 400), ["wide"]),
        ((1_080, 2_340), None),
        ((2_560, 1_920), None),
    ],
)
def test_a_picture_larger_than_its_place_opens_itself(size: tuple[int, int], shape: list[str] | None) -> None:
    image, link = picture_in(f"画面です\n![一覧]({ADDRESS})のとおり", size)
    assert image.get("class") == shape
    assert (image["width"], image["height"]) == (str(size[0]), str(size[1])), "the page does not jump"
    assert link is not None
    assert link["href"] == ADDRESS
    assert str(link.next_sibling) == "のとおり"


@pytest.mark.parametrize("size", [(640, 480), (40, 30), None])
def test_a_picture_that_is_shown_whole_is_no_link(size: tuple[int, int] | None) -> None:
    _, link = picture_in(f"![一覧]({ADDRESS})", size)
    assert link is None


def test_a_picture_in_a_link_keeps_that_link() -> None:
    image, link = picture_in(f"[![一覧]({ADDRESS})](https://example.jp/)", (400, 12_000))
    assert link is not None
    assert link["href"] == "https://example.jp/"
    assert image.get("class") == ["tall"]
    assert link.find_parent("a") is None


@pytest.mark.parametrize(("typed", "title"), [(f"![]({ADDRESS})", ADDRESS), (f"![一覧]({ADDRESS})", None)])
def test_the_link_of_a_picture_is_called_something(typed: str, title: str | None) -> None:
    _, link = picture_in(typed, (400, 12_000))
    assert link is not None
    assert link.get("title") == title
