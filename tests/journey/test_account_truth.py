"""Customer success finds who left and what they did in a few clicks, and each plot of the guide by the way it tells."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.demo.guide import list_plots
from tests.journey.account_page import AccountPage, read_account
from tests.journey.browsing import CS, Door, Person, expect_to_fit, follow
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ACCOUNT, ACTS = re.compile(r"/accounts/\d+(#\w+)?$"), re.compile(r"/accounts/\d+/acts")
SAID = re.compile(r"(\d+)営業日ありません（最後は[^）]+）。この1年でいちばん長かった間は(\d+)営業日")
SHARE = re.compile(r"点の(\d+)%は、もういない人の分です")
CHANGE = re.compile("([＋−+-]?)([0-9.]+)")
CHAMPION = "榊原 敦"
SUPPORT, MAIL, STAGE, MEETUP = "サポートへの問い合わせ", "メールのクリック", "登壇", "勉強会の開催"
FOUR_MONTHS, HALF_A_YEAR = 119, 182
MOST_CLICKS = 4


class Clicks:
    """Presses links and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def follow(self, link: Locator, address: re.Pattern[str]) -> None:
        self.count += 1
        follow(link, address)


def section(page: Page, heading: str) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", level=2, name=heading, exact=True))


def test_who_left_and_what_they_did_is_a_few_clicks_from_the_first_page(
    browser: Browser, tsudoi: Installation, viewport: ViewportSize
) -> None:
    person, clicks = Person(browser, tsudoi.url(), CS, viewport=viewport).sign_in(), Clicks()
    page = person.page
    expect(page).to_have_url(re.compile("/staff/today$"))
    expect_to_fit(page)
    left = section(page, "いなくなった人")
    expect(left).to_contain_text("いまのメンバーだけ")
    clicks.follow(left.get_by_role("link", name="株式会社衣浦部品工業"), ACCOUNT)
    gone = section(page, "離れた人").locator("[data-row]").first
    expect(gone).to_contain_text(CHAMPION)
    expect(gone).to_contain_text("に異動")
    expect_to_fit(page)
    clicks.follow(gone.get_by_role("link", name=CHAMPION), ACTS)
    rows = page.locator("tbody [data-row]")
    expect(rows.filter(has_text=MEETUP).first).to_be_visible()
    expect(rows.filter(has_not_text=CHAMPION)).to_have_count(0)
    expect_to_fit(page)
    assert clicks.count <= MOST_CLICKS
    person.close()


# --- the guide, by its ways -------------------------------------------------------------------------------------------


@dataclass
class Walk:
    """One walk through the guide: 「きょう」, the matrix and the list, and the pages of companies behind them."""

    page: Page
    found: set[str]
    links: dict[str, str]
    """Addresses of the companies, as 「表」 has them."""

    def read(self, name: str, *, span: int = 180) -> AccountPage:
        """Open the company from 「表」 and read its page."""
        (address,) = (address for company, address in self.links.items() if name in company)
        self.page.goto(address)
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(name)
        if span != 180:
            days = self.page.get_by_role("link", name=f"{span}日の推移", exact=True)
            follow(days, re.compile(f"span={span}"))
        return self.see(name)

    def see(self, name: str) -> AccountPage:
        """Read the company's page, on which one is."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(name)
        self.found.add(name)
        return read_account(self.page)


@pytest.fixture
def walk(door: Door, viewport: ViewportSize) -> Iterator[Walk]:
    person = door.enter(CS, viewport=viewport)
    yield Walk(person.page, set(), {})
    person.close()


def test_each_plot_is_found_by_the_way_that_the_guide_tells(walk: Walk) -> None:
    open_every_company(walk.page)
    see_who_left(walk)
    see_who_fell_silent(walk)
    see_the_groups(walk)
    see_the_list(walk)
    for look in BY_THE_LIST:
        look(walk)
    assert walk.found == set(list_plots())


def open_every_company(page: Page) -> None:
    page.goto("/staff/today")
    follow(page.get_by_role("link", name="すべての会社を見る"), re.compile(r"/staff/today\?all=1$"))
    expect(page.get_by_role("link", name="自分の担当だけ見る")).to_be_visible()


def see_who_left(walk: Walk) -> None:
    page = walk.page
    row = section(page, "いなくなった人").locator("[data-row]").filter(has_text=CHAMPION)
    now, present = (float(figure) for figure in row.locator("dd.n").all_inner_texts())
    assert now - present >= 10
    destination = row.get_by_role("link", name="湖東電材").get_attribute("href")
    follow(row.get_by_role("link", name="衣浦部品工業"), ACCOUNT)
    shown = walk.see("衣浦部品工業")
    assert shown.left[0][0] == CHAMPION
    share = SHARE.search(shown.shown)
    assert share is not None
    assert int(share[1]) >= 30
    page.goto(destination or "")
    shown = walk.see("湖東電材")
    assert CHAMPION in dict(shown.active)
    assert shown.rise_since(FOUR_MONTHS) >= 5


def see_who_fell_silent(walk: Walk) -> None:
    page = walk.page
    open_every_company(page)
    if page.locator("details.disclosure:has(.calls)").count():
        page.locator("details.disclosure:has(.calls) > summary").click()
    follow(section(page, "声をかける会社").get_by_role("link", name="東雲ファシリティーズ"), ACCOUNT)
    shown = walk.see("東雲ファシリティーズ")
    (alarm,) = (text for text in shown.alarms if text.startswith("自分からの行動が途絶えた"))
    said = SAID.search(alarm)
    assert said is not None
    days, longest = int(said[1]), int(said[2])
    assert days >= max(15, 1.5 * longest)


def see_the_groups(walk: Walk) -> None:
    page = walk.page
    open_every_company(page)
    follow(page.get_by_role("link", name="図で見る"), re.compile("/accounts$"))
    follow(page.get_by_role("link", name="勢いはまだ分からない"), re.compile("group=fresh"))
    for name in ("知覧坂製茶", "阿波あいぞめ舎"):
        expect(page.get_by_role("rowheader").get_by_role("link", name=name)).to_be_visible()
        walk.found.add(name)
    page.goto("/accounts")
    follow(page.locator(".groups").get_by_role("link", name="動きつづけている"), re.compile("group=moving"))
    follow(page.get_by_role("link", name=re.compile("すべてを表で見る")), re.compile("view=table"))
    for name in ("北浜精工", "堺浜鋼管", "みなと食品", "汐入商会"):
        expect(page.get_by_role("rowheader").get_by_role("link", name=name)).to_be_visible()


def see_the_list(walk: Walk) -> None:
    page = walk.page
    page.goto("/accounts")
    follow(page.get_by_role("link", name="表で見る"), re.compile("view=table"))
    links = page.locator("tbody th a")
    walk.links = links.evaluate_all("links => Object.fromEntries(links.map(a => [a.textContent, a.href]))")
    warehouse = page.locator("tbody tr").filter(has_text="鶴見崎倉庫").locator("td").nth(4)
    assert int(warehouse.inner_text().partition("／")[0]) <= 12
    expect(page.locator("tbody tr").filter(has_text="雪椿米菓")).to_contain_text("契約終了")
    follow(page.get_by_role("columnheader").get_by_role("link", name="30日の変化"), re.compile("sort=change"))
    fallen = page.locator("tbody tr").filter(has_text="宇和坂柑橘")
    assert signed(fallen.locator("td").nth(1).inner_text()) <= -10
    assert any("宇和坂柑橘" in name for name in page.locator("tbody th").all_inner_texts()[:3])


def signed(text: str) -> float:
    found = CHANGE.search(text)
    assert found is not None, text
    return float(found[2]) * (-1 if found[1] in ("−", "-") else 1)


def change_of(shown: AccountPage, days: int) -> float:
    """Return the change in so many days, as it stands beside the score."""
    return signed(shown.axis.partition(f"{days}日で")[2])


# --- pages that the list leads to -------------------------------------------------------------------------------------


def it_rises_without_a_speech(walk: Walk) -> None:
    shown = walk.read("八島光学")
    assert change_of(shown, 90) >= 20
    assert len(shown.active) >= 7
    assert not {STAGE, MEETUP} & shown.kinds.keys()


def many_acts_weigh_little(walk: Walk) -> None:
    light, other = walk.read("あさひや文具"), walk.read("みなと食品")
    cheap = light.kinds[SUPPORT] + light.kinds[MAIL]
    assert cheap >= 2 / 3 * sum(light.kinds.values())
    assert cheap / light.members >= 2 * (other.kinds[SUPPORT] + other.kinds[MAIL]) / other.members
    assert other.score - light.score >= 20


def it_only_asks(walk: Walk) -> None:
    shown = walk.read("谷町つづら薬局")
    assert max(shown.kinds, key=lambda kind: shown.kinds[kind]) == SUPPORT
    row = walk.page.locator(".breakdown tbody tr").filter(has_text="返信")
    follow(row.locator("td a").first, re.compile("kind=reply_posted"))
    expect(walk.page.locator("tbody [data-row]")).to_have_count(shown.kinds["返信"])


def nobody_reads_its_mail_any_more(walk: Walk) -> None:
    today = max(walk.read("宇和坂柑橘").history)
    follow(walk.page.get_by_role("link", name="行動の一覧", exact=True), ACTS)
    newest = walk.page.locator("tbody [data-row] time").first.get_attribute("datetime") or ""
    assert date.fromisoformat(newest) < today - timedelta(days=28)


def it_cooled_down(walk: Walk) -> None:
    assert walk.read("すみだ川リネン").rise_since(FOUR_MONTHS) <= -8


def its_contract_ended(walk: Walk) -> None:
    assert walk.read("雪椿米菓", span=365).rise_since(HALF_A_YEAR) <= -20


def they_rise_and_meet(walk: Walk) -> None:
    for name in ("北浜精工", "堺浜鋼管"):
        shown = walk.read(name)
        assert change_of(shown, 90) >= 5
        assert shown.kinds[MEETUP]


def one_person_carries_it(walk: Walk) -> None:
    shown = walk.read("鞆浦建材")
    name, points = shown.active[0]
    assert name == "田所 誠"
    assert points >= 2 / 3 * shown.score
    assert re.search(r"田所 誠さんは1人の上限（[\d.]+）に近づきました", shown.shown)


def they_are_broad_and_healthy(walk: Walk) -> None:
    for name in ("みなと食品", "汐入商会"):
        shown = walk.read(name)
        assert "良好" in shown.axis
        assert not shown.alarms
        assert len(shown.active) >= 2 / 3 * shown.members
        assert max(points for _, points in (*shown.active, *shown.left, *shown.former)) <= 0.3 * shown.score


def few_of_its_people_take_part(walk: Walk) -> None:
    assert len(walk.read("鶴見崎倉庫").active) <= 12
    expect(walk.page.locator(".page-head")).to_contain_text("300ライセンス")


def they_go_up_and_down(walk: Walk) -> None:
    for name in ("りんご坂農園", "入間野学園"):
        days = walk.read(name, span=365).history.values()
        assert max(days) - min(days) >= 15


def one_person_does_it_all(walk: Walk) -> None:
    walk.read("みかも精密")
    row = walk.page.locator(".breakdown tbody tr").filter(has_text="質問・相談")
    follow(row.locator("td a").first, re.compile("kind=topic_opened"))
    expect(walk.page.locator("tbody")).to_contain_text("同僚に教える時間がとれません")


BY_THE_LIST: tuple[Callable[[Walk], None], ...] = (
    it_rises_without_a_speech,
    many_acts_weigh_little,
    it_only_asks,
    nobody_reads_its_mail_any_more,
    it_cooled_down,
    its_contract_ended,
    they_rise_and_meet,
    one_person_carries_it,
    they_are_broad_and_healthy,
    few_of_its_people_take_part,
    they_go_up_and_down,
    one_person_does_it_all,
)
