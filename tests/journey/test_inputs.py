"""Input as people make it: full width at the door, links to a post, long pictures, fields on a tablet."""

import random
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, ViewportSize, expect

from community.signin.passwords import SAMPLE_PASSWORD
from tests.files import samples
from tests.journey.browsing import ANSWERER, ASKER, MODERATOR, PHONE, SIZES, Door, Person, expect_to_fit
from tests.journey.test_axe import LEAST_LETTERS, SMALL_FIELDS
from tests.journey.test_security import set_up, sign_out
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def wide(text: str) -> str:
    """As an input method types it that was left on."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


# --- at the door


def test_a_full_width_address_opens_the_door(browser: Browser, tsudoi: Installation) -> None:
    person = Person(browser, tsudoi.url(), f"　{wide(ANSWERER)} ", viewport=PHONE).sign_in()
    person.close()


@dataclass
class Linked:
    """A post that only members may see, far down on a page of its topic."""

    path: str
    anchor: str

    @property
    def address(self) -> str:
        return f"{self.path}#{self.anchor}"


@pytest.fixture(scope="module")
def linked(tsudoi: Installation) -> Linked:
    query = sa.text(
        "select topic.id, max(post.id) from topic join post on post.topic_id = topic.id "
        "join category on category.id = topic.category_id where category.readers = 'members' "
        "and category.account_id is null group by topic.id having count(*) between 4 and 15 "
        "order by count(*) desc, topic.id"
    )
    with tsudoi.database() as connection:
        topic_id, post_id = connection.execute(query).first() or (0, 0)
    return Linked(f"/forums/topics/{topic_id}", f"post-{post_id}")


def expect_post(page: Page, linked: Linked) -> None:
    """The page stands at the post."""
    expect(page).to_have_url(re.compile(re.escape(linked.address) + "$"))
    expect(page.locator(f"#{linked.anchor}")).to_be_in_viewport()


def test_a_guest_who_signs_in_arrives_at_the_post(
    browser: Browser, tsudoi: Installation, linked: Linked, viewport: ViewportSize
) -> None:
    person = Person(browser, tsudoi.url(), ANSWERER, viewport=viewport)
    person.page.goto(linked.address)
    expect(person.page.get_by_role("heading", level=1)).to_have_text("サインイン")
    person.page.get_by_label("パスワード", exact=True).fill("wrong-at-first")
    person.page.get_by_label("メールアドレス").fill(person.email)
    person.page.get_by_role("button", name="サインインする").click()
    expect(person.page.locator(".error-summary")).to_be_visible()
    person.fill_sign_in()
    expect_post(person.page, linked)
    person.close()


def test_a_guest_with_a_second_step_arrives_at_the_post(browser: Browser, tsudoi: Installation, linked: Linked) -> None:
    person = Person(browser, tsudoi.url(), MODERATOR).sign_in()
    page = person.page
    _, codes = set_up(person)
    sign_out(page)
    page.goto(linked.address)
    page.get_by_label("メールアドレス").fill(wide(person.email))
    page.get_by_label("パスワード", exact=True).fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("コードの入力")
    page.locator("input[name=code]").fill(wide(codes[0]))
    page.get_by_role("button", name="サインインする").click()
    expect_post(page, linked)
    person.close()


def test_without_scripts_only_the_anchor_is_lost(browser: Browser, tsudoi: Installation, linked: Linked) -> None:
    context = browser.new_context(base_url=tsudoi.url(), locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.goto(linked.address)
    page.get_by_label("メールアドレス").fill(ASKER)
    page.get_by_label("パスワード", exact=True).fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    expect(page).to_have_url(re.compile(re.escape(linked.path) + "$"))
    context.close()


def test_a_sign_behind_the_anchor_is_no_part_of_it(door: Door, linked: Linked) -> None:
    person = door.enter(ASKER)
    for sign in ("。", "）です", ".", ",", "%E3%80%82"):
        person.page.goto("about:blank")  # another anchor alone would load nothing
        person.page.goto(f"{linked.address}{sign}")
        expect_post(person.page, linked)
    person.close()


# --- pictures


def captured(size: tuple[int, int]) -> bytes:
    """A page from top to bottom, or a wide table, with letters all over."""
    image, chance = Image.new("RGB", size, "white"), random.Random(6)
    draw = ImageDraw.Draw(image)
    for y in range(8, size[1], 24):
        for x in range(8, size[0], 130):
            draw.text((x, y), f"{y:05} {chance.randrange(9999):04}", fill=(30, 40, 60))
    return samples.encode(image, "PNG")


@pytest.mark.parametrize("shape", [(400, 12_000), (1_080, 20_000), (12_000, 400)], ids=["tall", "taller", "wide"])
def test_a_long_picture_is_readable_within_bounds_and_opens_whole(
    door: Door, tmp_path: Path, shape: tuple[int, int]
) -> None:
    person = door.enter(ASKER)
    page = person.page
    file = tmp_path / "画面.png"
    file.write_bytes(captured(shape))
    path = person.ask(f"長い画面です {shape}", "全部を撮りました。\n", picture=file)
    for viewport in SIZES.values():
        page.set_viewport_size(viewport)
        page.goto(path)
        expect_readable(page, shape, viewport)
    page.locator(".prose a:has(> img)").first.click()
    page.wait_for_url("**/files/*")
    opened = Image.open(BytesIO(page.request.get(page.url).body()))
    assert opened.size == shape
    person.close()


def expect_readable(page: Page, shape: tuple[int, int], viewport: ViewportSize) -> None:
    """Within the column and the window, and no thread."""
    picture = page.locator(".prose img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    expect(picture).to_have_js_property("naturalWidth", shape[0])  # once it is loaded
    natural = picture.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert tuple(natural) == shape
    box = picture.bounding_box()
    assert box is not None
    column = page.locator(".prose").first.bounding_box()
    assert column is not None
    assert box["width"] <= column["width"] + 1
    assert box["height"] <= viewport["height"] * 0.75
    # Of the shorter side of a tall one as much is seen as the column has room for; a wide one is not a thread.
    assert box["width"] >= min(shape[0], column["width"] - 2)
    assert box["height"] >= 100
    expect_to_fit(page)


# --- fields


def test_a_tablet_s_fields_are_as_large(browser: Browser, tsudoi: Installation) -> None:
    context = browser.new_context(
        base_url=tsudoi.url(), viewport={"width": 820, "height": 1180}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto("/search?q=CSV")
    assert page.evaluate(SMALL_FIELDS, LEAST_LETTERS) == []
    context.close()
