"""What goes wrong while people write: bad pictures, presses too many, sessions and networks that end."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Request, WebSocketRoute, expect

from tests.files import samples
from tests.journey.browsing import PHONE, Door, Person, edit, hold, let_go, wait_for_composer
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TEXT = "縦で撮った写真が、承認の画面だけ横向きになります。\n端末は iPad です。"
OTHER_TEXT = "こちらでも試しました。設定を変えると直ります。"
ELEVEN_MEGABYTES = 11 * 1024 * 1024
# Nobody else's: their sessions end here. Of companies whose plots no act of theirs changes (test_account_truth.py).
ASKER, ANSWERER = "iguchi@minato-foods.example.jp", "kasahara@sekido-keisoku.example.jp"


@pytest.fixture
def asker(door: Door) -> Iterator[Person]:
    person = door.enter(ASKER)
    yield person
    person.close()


@pytest.fixture
def answerer(door: Door) -> Iterator[Person]:
    person = door.enter(ANSWERER, viewport=PHONE)
    yield person
    person.close()


def count_posts(tsudoi: Installation, body: str) -> int:
    with tsudoi.database() as connection:
        return connection.execute(sa.text("select count(*) from post where body = :body"), {"body": body}).scalar_one()


# --- pictures


PICTURES = {
    "text renamed": ("これは画像ではありません".encode(), "画像として読み取れませんでした"),
    "truncated": (samples.BROKEN["png cut"], "途中で切れています"),
    "eleven megabytes": (b"\x89PNG\r\n\x1a\n" + bytes(ELEVEN_MEGABYTES), "10MB"),
    "bomb": (samples.png_claiming(30_000, 30_000), "4,000万画素まで"),
    "svg renamed": (samples.SVG, "画像として読み取れませんでした"),
}


def test_each_bad_picture_gets_its_sentence_and_the_text_stays(asker: Person, tmp_path: Path) -> None:
    page = asker.page
    page.goto("/forums/topics/new")
    page.locator("textarea[name=body]").fill(TEXT)
    for name, (data, sentence) in PICTURES.items():
        file = tmp_path / "写真.png"
        file.write_bytes(data)
        page.locator("input[data-upload]").set_input_files(file)
        toast = page.locator("#toasts [data-toast]").last
        expect(toast, name).to_contain_text(sentence)
        expect(page.locator("textarea[name=body]")).to_have_value(TEXT)
        toast.locator("[data-close]").click()
        expect(page.locator("#toasts [data-toast]")).to_have_count(0)


def test_a_picture_chosen_before_the_scripts_came_is_sent_when_they_are_there(asker: Person, tmp_path: Path) -> None:
    page = asker.page
    on_their_way = hold(page, "**/js/composer.js*")
    page.goto("/forums/topics/new")
    file = tmp_path / "写真.png"
    file.write_bytes(samples.picture())
    page.locator("input[data-upload]").set_input_files(file)
    let_go(page, on_their_way)
    expect(page.locator("textarea[name=body]")).to_have_value(re.compile(r"!\[.*\]\(/files/"))


# --- texts


def test_a_megabyte_is_refused_and_stays_in_its_field(asker: Person) -> None:
    """The field itself takes 20,000 characters; what a script put there is refused by the server."""
    page = asker.page
    huge = "あいうえお" * 70_000
    page.goto("/forums/topics/new")
    fill_topic(page, "長すぎる質問")
    page.locator("textarea[name=body]").evaluate(
        "(field, text) => { field.removeAttribute('maxlength'); field.value = text }", huge
    )
    page.get_by_role("button", name="投稿する").click()
    expect(page.locator(".error-summary")).to_contain_text("本文は20,000文字までです（いま350,000文字）")
    expect(page.locator("textarea[name=body]")).to_have_value(huge)  # a megabyte comes after the summary
    expect(page.get_by_label("題", exact=True)).to_have_value("長すぎる質問")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [("[" * 10_000, "「[」が200個より多く続いています"), (">" * 150 + " 深い", "入れ子が深すぎます")],
    ids=["brackets", "quotes"],
)
def test_what_would_hold_up_the_server_is_refused_with_a_sentence(asker: Person, body: str, sentence: str) -> None:
    page = asker.page
    page.goto("/forums/topics/new")
    fill_topic(page, "記号だらけの質問")
    page.locator("textarea[name=body]").fill(body)
    page.get_by_role("button", name="投稿する").click()
    expect(page.locator(".error-summary")).to_contain_text(sentence)
    expect(page.locator("textarea[name=body]")).to_have_value(body)


def fill_topic(page: Page, title: str) -> None:
    page.get_by_label("題", exact=True).fill(title)
    page.locator("select[name=category]").select_option(index=1)


# --- twice


def test_a_button_pressed_twice_posts_once(asker: Person, tsudoi: Installation) -> None:
    page = asker.page
    page.goto("/forums/topics/new")
    fill_topic(page, "二度押した質問")
    page.locator("textarea[name=body]").fill("二度押しました。")
    page.get_by_role("button", name="投稿する").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("二度押した質問")
    assert count_posts(tsudoi, "二度押しました。") == 1


def test_the_same_form_sent_again_leads_to_the_same_post(asker: Person, tsudoi: Installation) -> None:
    """Back, and sent again: the browser shows the form as it was."""
    path = asker.ask("戻って送った質問", "はじめの文です。")
    page = asker.page
    page.locator("#reply-body").fill("戻ってもう一度送りました。")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="返信する").click()
    expect(page.locator("#posts")).to_contain_text("戻ってもう一度送りました。")
    form = next(request for request in sent if request.url.endswith("/posts"))
    again = page.request.post(form.url, headers=form.headers, data=form.post_data_buffer or b"", max_redirects=0)
    assert again.status == 302
    assert again.headers["location"].startswith(path)
    assert count_posts(tsudoi, "戻ってもう一度送りました。") == 1


# --- the session ends while somebody writes


def end_session(tsudoi: Installation, door: Door, email: str) -> None:
    """As 「すべての端末でサインアウト」 on another device does."""
    door.forget(email)
    with tsudoi.database() as connection:
        connection.execute(
            sa.text("update member set session_version = session_version + 1 where email = :email"), {"email": email}
        )


def sign_in_again(person: Person) -> None:
    """The page that came instead: the text is in its keeping."""
    expect(person.page.get_by_role("heading", level=1)).to_have_text("サインイン")
    expect(person.page.locator("main")).to_contain_text("書いた内容は残っています")
    person.fill_sign_in()


def test_a_new_topic_survives_the_end_of_the_session(asker: Person, tsudoi: Installation, door: Door) -> None:
    page = asker.page
    page.goto("/forums/topics/new")
    fill_topic(page, "途中で切れた質問")
    page.locator("textarea[name=body]").fill(TEXT)
    end_session(tsudoi, door, ASKER)
    page.get_by_role("button", name="投稿する").click()
    sign_in_again(asker)
    expect(page.locator("textarea[name=body]")).to_have_value(TEXT)
    expect(page.get_by_label("題", exact=True)).to_have_value("途中で切れた質問")
    page.locator("select[name=category]").select_option(index=1)
    page.get_by_role("button", name="投稿する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("途中で切れた質問")


def test_a_reply_survives_the_end_of_the_session(
    asker: Person, answerer: Person, tsudoi: Installation, door: Door
) -> None:
    path = asker.ask("返信の途中で切れます", "はじめの文です。")
    page = answerer.page
    page.goto(path)
    page.locator("#reply-body").fill(OTHER_TEXT)
    end_session(tsudoi, door, ANSWERER)
    page.get_by_role("button", name="返信する").click()
    sign_in_again(answerer)
    expect(page.locator("#reply-body")).to_have_value(OTHER_TEXT)
    page.locator("#reply-body").focus()
    page.get_by_role("button", name="返信する").click()
    expect(page.locator("#posts")).to_contain_text(OTHER_TEXT)
    assert count_posts(tsudoi, OTHER_TEXT) == 1


def test_an_edit_survives_the_end_of_the_session(asker: Person, tsudoi: Installation, door: Door) -> None:
    asker.ask("直している途中で切れます", "はじめの文です。")
    page = asker.page
    edit(page.locator("#main"))
    page.locator("textarea[name=body]").fill(TEXT)
    end_session(tsudoi, door, ASKER)
    page.get_by_role("button", name="保存する").click()
    sign_in_again(asker)
    expect(page.locator("textarea[name=body]")).to_have_value(TEXT)
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("#main article").first).to_contain_text("端末は iPad です。")


# --- the network ends


def test_what_was_written_offline_is_still_there_and_is_sent_once(asker: Person, tsudoi: Installation) -> None:
    asker.ask("電波のない場所から", "はじめの文です。")
    page = asker.page
    written = "圏外で書いた返信です。"
    address = page.url
    page.locator("#reply-body").focus()
    wait_for_composer(page)
    asker.context.set_offline(True)
    page.locator("#reply-body").fill(written)
    expect(page.locator("[data-draft-status]")).to_contain_text("下書きはこの端末に保存しています")
    page.get_by_role("button", name="返信する").click()
    page.wait_for_url("chrome-error://**")  # the browser's own page: the form is gone
    asker.context.set_offline(False)
    page.goto(address)
    expect(page.locator("#reply-body")).to_have_value(written)
    page.locator("#reply-body").focus()
    page.get_by_role("button", name="返信する").click()
    expect(page.locator("#posts")).to_contain_text(written)
    assert count_posts(tsudoi, written) == 1
    page.reload()
    expect(page.locator("#reply-body")).to_have_value("")


def test_without_websockets_the_reply_arrives_by_asking(asker: Person, answerer: Person) -> None:
    asker.context.route_web_socket(re.compile(".*"), refuse_socket)
    path = asker.ask("WebSocketの通らない会社から", "はじめの文です。")
    slot = asker.page.locator("[data-live]")
    expect(slot).to_have_attribute("data-polling", "")
    answerer.answer(path, "届きましたか。")
    pill = asker.page.get_by_role("button", name=re.compile("新しい返信が1件"))
    expect(pill).to_be_visible()
    expect(asker.page.locator("#posts")).not_to_contain_text("届きましたか。")
    pill.click()
    expect(asker.page.locator("#posts")).to_contain_text("届きましたか。")
    expect(asker.page.locator("#bell-count")).to_have_text(re.compile("[1-9]"))


def refuse_socket(socket: WebSocketRoute) -> None:
    socket.close(code=1011, reason="blocked")


# --- two at once


def test_two_devices_editing_at_once_lose_no_words(browser: Browser, asker: Person, tsudoi: Installation) -> None:
    """The later one is asked, wins, and the words of the earlier one are in the history."""
    asker.ask("二つの端末で直します", "もとの文です。")
    other = Person(browser, tsudoi.url(), ASKER, viewport=PHONE).sign_in()
    edit(asker.page.locator("#main"))
    other.page.goto(asker.page.url)
    for person, words in ((asker, "一台目の文です。"), (other, "二台目の文です。")):
        person.page.locator("textarea[name=body]").fill(words)
        person.page.get_by_role("button", name="保存する").click()
        if person is other:
            expect(person.page.get_by_role("alert")).to_contain_text("編集しているあいだに、内容が変わりました")
            person.page.get_by_role("button", name="保存する").click()
        expect(person.page.locator("#main article").first).to_contain_text(words)
    other.page.get_by_role("link", name="前の文を見る").first.click()
    expect(other.page.locator("pre.diff")).to_have_count(2)
    expect(other.page.locator("pre.diff").first.locator("del")).to_contain_text("一")
    other.close()
