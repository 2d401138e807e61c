"""A person moves, dated back; a contract ends and goes on; a company's administrator looks after it."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from models.base import now
from tests.journey.browsing import ANSWERERS_COMPANY, ASKER, ASKERS_COMPANY, CS, PHONE, Person, expect_to_fit
from tests.journey.test_journey import until_behavior_differs
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

COLLEAGUE_OF_ASKER, NEW_COMPANY = "tanaka", "鞆浦建材株式会社"
REASON = "先月に転職されていたため"


@pytest.fixture(scope="module")
def tsudoi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation("embedded", tmp_path_factory.mktemp("companies"), demo=True) as running:
        yield running


@pytest.fixture
def enter(browser: Browser, tsudoi: Installation) -> Iterator[Callable[..., Person]]:
    people: list[Person] = []

    def come_in(email: str, **options: object) -> Person:
        people.append(Person(browser, tsudoi.url(), email, **options).sign_in())  # pyright: ignore[reportArgumentType]
        return people[-1]

    yield come_in
    for person in people:
        person.close()


def account_id(tsudoi: Installation, name: str) -> int:
    with tsudoi.database() as connection:
        return connection.execute(sa.text("select id from account where name = :name"), {"name": name}).scalar_one()


def test_a_person_moves_dated_back_and_both_axes_follow(enter: Callable[..., Person]) -> None:
    cs = enter(CS)
    before = cs.behavior_of(ASKERS_COMPANY), cs.behavior_of(ANSWERERS_COMPANY)
    page = cs.page
    page.goto(f"/people/{COLLEAGUE_OF_ASKER}/company")
    page.get_by_label("移る先の会社", exact=True).select_option(label=NEW_COMPANY)
    page.get_by_label("この日から").fill((now() - timedelta(days=300)).date().isoformat())
    page.get_by_label("移す理由").fill(REASON)
    page.get_by_role("button", name="どうなるか確かめる").click()
    cs.prove()
    preview = page.locator("section[aria-labelledby=preview]")
    expect(preview).to_contain_text(f"{ASKERS_COMPANY}から{NEW_COMPANY}へ移ります")
    page.get_by_role("button", name="この内容で変える").click()
    expect(page.locator("#toasts")).to_contain_text("所属を変えました")
    assert until_behavior_differs(cs, ASKERS_COMPANY, before[0]) < before[0]
    assert until_behavior_differs(cs, ANSWERERS_COMPANY, before[1]) > before[1]


def test_an_administrator_looks_after_their_company(enter: Callable[..., Person]) -> None:
    admin = enter(ASKER, viewport=PHONE)
    page = admin.page
    page.goto("/company")
    expect(page.get_by_role("heading", level=1)).to_have_text(ASKERS_COMPANY)
    expect_to_fit(page)
    main = page.locator("main")
    expect(main).to_contain_text("記録されていること")
    for word in ("活用度", "行動力", "浸透度", "ヘルススコア"):
        expect(main).not_to_contain_text(word)
    page.get_by_label("会社の名前を、ほかの会社の会員にも見せる").check()
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("#toasts")).to_contain_text("会社のことを保存しました")
    page.get_by_role("link", name="管理者にする").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("会社の管理者にしますか")
    expect_to_fit(page)
    page.get_by_role("button", name="管理者にする").click()
    admin.prove()
    expect(page.locator("#toasts")).to_contain_text("会社の管理者にしました")
    page.get_by_label("記録されていることへの異議").check()
    page.get_by_label("伝えたいこと").fill("リアクションは記録しないでほしいです。")
    page.get_by_role("button", name="送る", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("運営に送りました")


def test_when_a_contract_ends_people_read_and_take_their_data_along(
    enter: Callable[..., Person], tsudoi: Installation
) -> None:
    asker, cs = enter(ASKER), enter(CS)
    path = asker.ask("契約が終わるまえの質問です", "読めるままであってほしいです。")
    page = cs.page
    page.goto(f"/companies/{account_id(tsudoi, ASKERS_COMPANY)}/end")
    page.get_by_label("契約の最後の日").fill((now() - timedelta(days=2)).date().isoformat())
    page.get_by_label("契約が終わる理由").fill("更新されなかったため")
    page.get_by_role("button", name="最後の日を登録する").click()
    cs.prove()
    expect(page.locator("main")).to_contain_text("契約終了")
    page.goto("/accounts?view=table")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=ASKERS_COMPANY))
    expect(row).to_contain_text("契約終了")

    asker.page.goto(path)
    expect(asker.page.locator("main")).to_contain_text("ご契約は終わりました")
    expect(asker.page.locator("#reply-body")).to_have_count(0)
    asker.page.get_by_role("link", name="データを持ち帰る").click()
    with asker.page.expect_download() as download:
        asker.page.get_by_role("link", name="ダウンロードする").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "契約が終わるまえの質問です" in archive.read("topics.json").decode()

    page.goto(f"/companies/{account_id(tsudoi, ASKERS_COMPANY)}/end")
    page.get_by_label("契約をつづける理由").fill("更新されました")
    page.get_by_role("button", name="契約をつづける").click()
    expect(page.locator("#toasts")).to_contain_text("契約はつづきます")
    asker.page.goto(path)
    expect(asker.page.locator("#reply-body")).to_be_visible()
