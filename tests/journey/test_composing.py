"""Writing as people do it: cells and pictures from the clipboard, names behind @, an input method, files let fall."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Locator, expect

from tests.files import documents, samples
from tests.journey.browsing import (
    ASKER,
    PHONE,
    SIZES,
    Door,
    Person,
    hold,
    let_go,
    stopped_clock,
    wait_for_composer,
)
from tests.journey.looking import AXE, THEMES
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NEW_TOPIC = "/forums/topics/new"
PICTURE = base64.b64encode(samples.picture()).decode()
# The page waits less than that for the next key, and asks for names then.
A_SECOND_MS = 1000
PICTURE_IN_TEXT = re.compile(r"!\[.*?\]\(/files/[0-9a-f]{32}\)")

EXCEL_TEXT = '品名\t数\tメモ\r\nねじ\t1,200\t"一行目\n二行目"\r\nばね|コイル\t3\t\r\n'
EXCEL_HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<style>td {color: black;}</style></head><body>
<table border=0 style='border-collapse:collapse'><col width=64>
<tr height=20><td style='width:48pt'>品名</td><td>数</td><td>メモ</td><td></td></tr>
<tr height=20><td>ねじ</td><td align=right>1,200</td><td>一行目<br>二行目</td><td></td></tr>
<tr height=20><td>ばね|コイル</td><td align=right>3</td><td></td><td></td></tr>
<tr height=20><td></td><td></td><td></td><td></td></tr>
</table></body></html>"""
EXCEL_TABLE = "| 品名 | 数 | メモ |\n| --- | ---: | --- |\n| ねじ | 1,200 | 一行目 二行目 |\n| ばね\\|コイル | 3 |  |"
EXCEL_CELLS = ["ねじ", "1,200", "一行目 二行目", "ばね|コイル", "3", ""]
WORD_TEXT = "検収の手順を見直しました。\r\n次のとおりです。"
WORD_HTML = """<html><body><!--StartFragment--><p class=MsoNormal>検収の<b>手順</b>を見直しました。</p>
<p class=MsoNormal>次のとおりです。</p><!--EndFragment--></body></html>"""

WRITE_CLIPBOARD = """async (offered) => {
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const items = Object.entries(offered).map(([type, text]) =>
    [type, new Blob([type.startsWith("image/") ? bytes(text) : text], { type })]);
  await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(items))]);
}"""
# A browser that is driven has no file manager: what it would hand over is made here.
TRANSFER = """([target, kind, texts, files]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const transfer = new DataTransfer();
  for (const [type, text] of Object.entries(texts)) transfer.setData(type, text);
  for (const { name, type, data } of files) transfer.items.add(new File([bytes(data)], name, { type }));
  const options = { bubbles: true, cancelable: true, composed: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent(kind, { ...options, dataTransfer: transfer });
  return !document.querySelector(target).dispatchEvent(event);
}"""


# What does not depend on the width, nor on a finger.
ONE_SIZE = pytest.mark.parametrize("person", ["desktop"], indirect=True)


@pytest.fixture(scope="module", params=SIZES)
def person(request: pytest.FixtureRequest, door: Door) -> Iterator[Person]:
    size = SIZES[request.param]
    person = door.enter(ASKER, viewport=size, touch=size is PHONE)
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield person
    person.close()


@pytest.fixture
def writer(person: Person) -> Iterator["Writer"]:
    writer = Writer(person)
    yield writer
    writer.page.close()
    assert writer.wrong == []


@pytest.fixture(scope="module")
def _open(person: Person) -> "Writer":
    """At the page that stays open."""
    return Writer(person)


@pytest.fixture
def kept(_open: "Writer") -> Iterator["Writer"]:
    """A writer at a page on which others have written before: nothing is loaded anew.

    For who holds up no requests, moves no clock, leaves for no other page and asks for no sentence to be absent.
    """
    _open.clear()
    yield _open
    assert _open.wrong == []


class Writer:
    """Somebody at the composer of a new topic, with an empty text."""

    def __init__(self, person: Person) -> None:
        self.page = person.context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self.hear)
        self.ime = InputMethod(person.context.new_cdp_session(self.page))
        # What an earlier page has left on this device would be put into the empty field.
        self.page.add_init_script("localStorage.clear()")
        self.page.goto(NEW_TOPIC)
        wait_for_composer(self.page)
        self.clear()

    def clear(self) -> None:
        """Take away what an earlier test has left: a draft, sentences."""
        for field in (self.field, self.title):
            field.fill("")
        self.page.evaluate("for (const toast of document.querySelectorAll('#toasts [data-toast]')) toast.remove()")

    def hear(self, message: ConsoleMessage) -> None:
        """What is pasted from elsewhere must not be anything that the page's policy has to stop."""
        if "Security Policy" in message.text:
            self.wrong.append(message.text)

    @property
    def field(self) -> Locator:
        return self.page.locator("textarea[name=body]")

    @property
    def title(self) -> Locator:
        return self.page.locator("input[name=title]")

    @property
    def names(self) -> Locator:
        return self.page.get_by_role("listbox", name="名前の候補").get_by_role("option")

    @property
    def toasts(self) -> Locator:
        return self.page.locator("#toasts [data-toast]")

    def write(self, text: str, *, caret: int | None = None) -> None:
        """Have this text in the field, with the caret there (at its end)."""
        self.field.fill(text)
        self.field.evaluate("(field, at) => field.setSelectionRange(at, at)", len(text) if caret is None else caret)

    def copy(self, **offered: str) -> None:
        """Put text, html and a png (base64) into the clipboard."""
        types = {"text": "text/plain", "html": "text/html", "png": "image/png"}
        self.page.evaluate(WRITE_CLIPBOARD, {types[kind]: content for kind, content in offered.items()})
        # Chromium cleans the HTML that a page writes, under that page's policy; what it reads it leaves alone.
        self.wrong.clear()

    def paste(self) -> None:
        self.field.focus()
        self.page.keyboard.press("Control+V")

    def hand_over(self, kind: str, *files: tuple[str, str, bytes], target: str = "#body", **texts: str) -> bool:
        """Paste or drop files; say whether the page kept the browser from its own doing."""
        made = [{"name": name, "type": type_, "data": base64.b64encode(data).decode()} for name, type_, data in files]
        types = {"text/plain" if name == "text" else "text/html": text for name, text in texts.items()}
        return self.page.evaluate(TRANSFER, [target, kind, types, made])


class InputMethod:
    """What a Japanese input method does to the browser."""

    def __init__(self, session: CDPSession) -> None:
        self.session = session

    def compose(self, text: str) -> None:
        at = {"selectionStart": len(text), "selectionEnd": len(text)}
        self.session.send("Input.imeSetComposition", {"text": text, **at})

    def press(self, key: str, *, modifiers: int = 0) -> None:
        """A key that the input method takes: the page is told of 229, whatever it was."""
        named: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": 229, "modifiers": modifiers}
        self.session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **named})
        self.session.send("Input.dispatchKeyEvent", {"type": "keyUp", **named})

    def commit(self, text: str) -> None:
        self.session.send("Input.insertText", {"text": text})


def test_a_table_a_picture_and_a_name_arrive_where_they_were_put(door: Door) -> None:
    put_and_look(door.enter(ASKER))


@pytest.mark.long
@pytest.mark.parametrize("installation", ["production"], indirect=True)
def test_they_arrive_where_several_processes_serve(installation: Installation, browser: Browser) -> None:
    put_and_look(Person(browser, installation.url(0), ASKER).sign_in())


def put_and_look(person: Person) -> None:
    """Write a topic with all three, and find them in it."""
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    writer = Writer(person)
    writer.title.fill("表と画面の写しを貼りました")
    writer.page.locator("select[name=category]").select_option(index=1)
    writer.copy(text=EXCEL_TEXT, html=EXCEL_HTML, png=PICTURE)
    writer.field.press_sequentially("はい、@たどころ")
    writer.names.filter(has_text="田所").click()
    writer.paste()
    writer.copy(png=PICTURE)
    writer.paste()
    expect(writer.field).to_have_value(PICTURE_IN_TEXT)
    writer.page.keyboard.press("Control+Enter")
    post = writer.page.locator("article").first
    expect(post.locator("a.mention")).to_have_text("@田所 誠")
    expect(post.locator("td")).to_have_text(EXCEL_CELLS)
    expect(post.locator("img[src^='/files/']")).to_be_visible()
    person.close()


# --- pasting


@ONE_SIZE
def test_cells_of_a_spreadsheet_become_a_table_and_their_picture_is_not_sent(writer: Writer) -> None:
    writer.copy(text=EXCEL_TEXT, html=EXCEL_HTML, png=PICTURE)
    writer.write("次の表です。")
    writer.paste()
    expect(writer.field).to_have_value(f"次の表です。\n\n{EXCEL_TABLE}\n\n")
    writer.page.get_by_role("button", name="できあがりを見る").click()
    expect(writer.page.locator(".composer-preview td")).to_have_text(EXCEL_CELLS)


@ONE_SIZE
def test_cells_come_as_excel_writes_them_and_nothing_of_their_style_is_tried(kept: Writer) -> None:
    assert kept.hand_over("paste", ("image.png", "image/png", samples.picture()), text=EXCEL_TEXT, html=EXCEL_HTML)
    expect(kept.field).to_have_value(f"{EXCEL_TABLE}\n\n")


@ONE_SIZE
def test_undo_takes_a_pasted_table_back_in_one_step(kept: Writer) -> None:
    kept.copy(text=EXCEL_TEXT, html=EXCEL_HTML, png=PICTURE)
    kept.field.press_sequentially("前の文")
    kept.paste()
    expect(kept.field).to_have_value(f"前の文\n\n{EXCEL_TABLE}\n\n")
    kept.page.keyboard.press("Control+Z")
    expect(kept.field).to_have_value("前の文")


@ONE_SIZE
def test_cells_can_be_had_as_plain_text_after_all(kept: Writer) -> None:
    kept.copy(text="a\tb\nc\td", html="<table><tr><td>a<td>b<tr><td>c<td>d</table>")
    kept.paste()
    kept.page.get_by_role("button", name="文字のまま貼り付ける").click()
    expect(kept.field).to_have_value("a\tb\nc\td")
    expect(kept.page.get_by_role("button", name="文字のまま貼り付ける")).to_have_count(0)


@ONE_SIZE
def test_pasting_without_formats_makes_a_table_of_certain_cells_only(kept: Writer) -> None:
    for text, becomes in {
        "品名\t数\nねじ\t3": "| 品名 | 数 |\n| --- | ---: |\n| ねじ | 3 |\n\n",
        "\tif a:\n\tpass": "\tif a:\n\tpass",
        "名前\t佐伯": "名前\t佐伯",
    }.items():
        kept.copy(text=text)
        kept.write("")
        kept.page.keyboard.press("Control+Shift+V")
        expect(kept.field).to_have_value(becomes)


@ONE_SIZE
def test_tabs_of_an_editor_that_offers_html_are_no_cells(kept: Writer) -> None:
    kept.copy(text="key\tvalue\na\tb", html="<pre><span>key</span>\t<span>value</span>\na\tb</pre>")
    kept.paste()
    expect(kept.field).to_have_value("key\tvalue\na\tb")


@ONE_SIZE
def test_markup_in_a_cell_stays_its_text(kept: Writer) -> None:
    html = '<table><tr><td>要素<td>例<tr><td>p<td>&lt;p style="color:red"&gt;</table>'
    kept.hand_over("paste", text='要素\t例\np\t<p style="color:red">', html=html)
    expect(kept.field).to_have_value(re.compile(r'\| p \| <p style="color:red"> \|'))


@ONE_SIZE
def test_one_cell_is_its_text(kept: Writer) -> None:
    kept.copy(text='"一行目\n二行目"\n', html="<table><tr><td>一行目<br>二行目</td></tr></table>", png=PICTURE)
    kept.paste()
    expect(kept.field).to_have_value("一行目\n二行目")


@ONE_SIZE
def test_merged_cells_stand_once(kept: Writer) -> None:
    html = "<table><tr><td rowspan=2>地域<td colspan=2>売上<tr><td>春<td>夏<tr><td>東<td>1<td>2</table>"
    kept.copy(text="地域\t売上\t\n\t春\t夏\n東\t1\t2", html=html)
    kept.paste()
    table = "| 地域 | 売上 |  |\n| --- | --- | --- |\n|  | 春 | 夏 |\n| 東 | 1 | 2 |\n\n"
    expect(kept.field).to_have_value(table)


@ONE_SIZE
def test_a_table_too_wide_for_the_page_is_pasted_as_text_and_says_so(kept: Writer) -> None:
    row = [str(n) for n in range(31)]
    html = f"<table>{'<tr>' + ''.join(f'<td>{n}' for n in row)}</table>"
    kept.copy(text="\t".join(row), html=html)
    kept.paste()
    expect(kept.field).to_have_value("\t".join(row))
    expect(kept.page.locator("[data-progress]")).to_contain_text("表は30列まで")


@ONE_SIZE
def test_cells_stay_text_in_code_and_in_a_table(kept: Writer) -> None:
    kept.copy(text="a\tb\nc\td", html="<table><tr><td>a<td>b<tr><td>c<td>d</table>", png=PICTURE)
    for before in ("```\n", "- a\n  ```\n  ", "文\n\n    ", "`", "| a | b |\n| --- | --- |\n| "):
        kept.write(before)
        kept.paste()
        expect(kept.field).to_have_value(f"{before}a\tb\nc\td")


@ONE_SIZE
def test_of_a_word_paragraph_the_text_is_pasted_and_no_picture_sent(writer: Writer) -> None:
    writer.copy(text=WORD_TEXT, html=WORD_HTML, png=PICTURE)
    writer.paste()
    expect(writer.field).to_have_value(WORD_TEXT.replace("\r\n", "\n"))
    expect(writer.page.locator("[data-progress]")).to_be_hidden()


@ONE_SIZE
def test_an_article_with_a_table_in_it_is_an_article(kept: Writer) -> None:
    kept.copy(text="見出し\na\tb", html="<p>見出し</p><table><tr><td>a<td>b</table>")
    kept.paste()
    expect(kept.field).to_have_value("見出し\na\tb")


@ONE_SIZE
def test_a_picture_alone_is_sent(kept: Writer) -> None:
    kept.copy(png=PICTURE)
    kept.paste()
    expect(kept.field).to_have_value(PICTURE_IN_TEXT)


@ONE_SIZE
def test_a_picture_copied_from_a_page_is_sent(kept: Writer) -> None:
    kept.copy(html='<img src="https://example.jp/a.png" alt="図">', png=PICTURE)
    kept.paste()
    expect(kept.field).to_have_value(PICTURE_IN_TEXT)


@ONE_SIZE
def test_a_file_copied_in_a_file_manager_is_sent_and_its_name_not_pasted(kept: Writer) -> None:
    assert kept.hand_over("paste", ("図 1.png", "image/png", samples.picture()), text="図 1.png")
    expect(kept.field).to_have_value(re.compile(r"^!\[図 1\]\(/files/[0-9a-f]{32}\)\n$"))


@ONE_SIZE
def test_what_is_too_long_is_not_cut_but_refused_with_a_sentence(kept: Writer) -> None:
    kept.write("あ" * 19_990)
    for text in ("い" * 11, "a\tb\nc\td"):
        kept.copy(text=text)
        kept.paste()
        expect(kept.toasts.last).to_contain_text("20,000文字まで")
        expect(kept.toasts.last).to_contain_text("あと10文字")
        kept.toasts.last.locator("[data-close]").click()
    assert kept.field.input_value() == "あ" * 19_990
    title = kept.title
    kept.copy(text="題" * 121)
    title.focus()
    kept.page.keyboard.press("Control+V")
    expect(kept.toasts.last).to_contain_text("120文字まで")
    expect(title).to_have_value("")


# --- pictures on their way


UPLOADS = "**/files"


@ONE_SIZE
def test_a_picture_stands_where_the_caret_was_when_it_was_pasted(writer: Writer) -> None:
    held = hold(writer.page, UPLOADS)
    writer.write("前後", caret=1)
    writer.hand_over("paste", ("一.png", "image/png", samples.picture()))
    writer.hand_over("paste", ("二.png", "image/png", samples.picture()))
    writer.field.press_sequentially("続き")
    writer.field.evaluate("(field) => field.setSelectionRange(0, 0)")
    writer.field.press_sequentially("はじめに、")
    let_go(writer.page, held)
    let_go(writer.page, held)
    key = "/files/[0-9a-f]{32}"
    expect(writer.field).to_have_value(re.compile(rf"^はじめに、前!\[一\]\({key}\)\n!\[二\]\({key}\)\n続き後$"))
    assert writer.field.evaluate("(field) => field.selectionStart") == len("はじめに、")


@ONE_SIZE
def test_a_picture_is_not_put_into_what_is_being_composed(writer: Writer) -> None:
    held = hold(writer.page, UPLOADS)
    writer.hand_over("paste", ("図.png", "image/png", samples.picture()))
    writer.field.focus()
    writer.ime.compose("かんじ")
    with writer.page.expect_response("**/files") as answered:
        let_go(writer.page, held)
    answered.value.finished()
    writer.page.wait_for_timeout(300)
    expect(writer.field).to_have_value("かんじ")
    writer.ime.commit("漢字")
    expect(writer.field).to_have_value(re.compile(r"^!\[図\]\(/files/[0-9a-f]{32}\)\n漢字$"))


@ONE_SIZE
def test_nothing_is_sent_and_the_page_not_left_while_a_picture_is_on_its_way(writer: Writer) -> None:
    held = hold(writer.page, UPLOADS)
    writer.title.fill("送信の途中の質問")
    writer.write("本文")
    writer.hand_over("paste", ("図.png", "image/png", samples.picture()))
    writer.page.keyboard.press("Control+Enter")
    expect(writer.toasts.last).to_contain_text("ファイルを送っています")
    writer.page.get_by_role("button", name="投稿する").click()
    assert writer.page.url.endswith(NEW_TOPIC)
    asked: list[str] = []

    def stay(dialog: Any) -> None:  # noqa: ANN401  Playwright's
        asked.append(dialog.type)
        dialog.dismiss()

    writer.page.on("dialog", stay)
    with writer.page.expect_event("dialog"):
        writer.page.evaluate("location.href = '/forums'")
    assert asked == ["beforeunload"]
    let_go(writer.page, held)
    expect(writer.field).to_have_value(PICTURE_IN_TEXT)
    writer.page.goto("/forums")
    assert asked == ["beforeunload"]


@ONE_SIZE
def test_a_picture_that_cannot_be_sent_says_so_and_leaves_no_trace(writer: Writer) -> None:
    writer.page.route("**/files", lambda route: route.abort())
    writer.write("本文")
    writer.hand_over("paste", ("図.png", "image/png", samples.picture()))
    expect(writer.toasts.last).to_contain_text("図.png を送れませんでした")
    expect(writer.field).to_have_value("本文")
    expect(writer.page.locator("[data-progress]")).to_be_hidden()


# --- wrong files


@ONE_SIZE
@pytest.mark.parametrize("how", ["paste", "drop"])
def test_a_wrong_file_says_why_and_the_others_go_on(writer: Writer, how: str) -> None:
    assert writer.hand_over(
        how,
        ("IMG_0012.HEIC", "image/heic", b"x"),
        ("画面.mp4", "video/mp4", b"x"),
        ("setup.exe", "", b"x"),
        ("見積.pdf", "application/pdf", b"x"),
        ("図.svg", "image/svg+xml", b"<svg/>"),
        ("空.png", "image/png", b""),
        ("正しい.png", "image/png", samples.picture()),
        ("偽物.png", "image/png", b"no picture"),
    )
    for sentence in (
        "IMG_0012.HEIC、図.svg は表示できない形式です。JPEGかPNGで保存し直してください。",
        "画面.mp4、setup.exe は入れられません。入れられるのは、画像、PDF、Office",
        "空.png は中身のないファイルです。",
        "偽物.png を入れられませんでした。",
    ):
        expect(writer.toasts.filter(has_text=sentence)).to_have_count(1)
    # What is called a PDF and is none: a text, under a name that says so.
    expect(writer.field).to_have_value(
        re.compile(r"^\[見積\.pdf\.txt\]\(/files/[0-9a-f]{32}\)\n!\[正しい\]\(/files/[0-9a-f]{32}\)\n$")
    )


@ONE_SIZE
def test_a_wrong_file_that_is_chosen_says_why(kept: Writer, tmp_path: Path) -> None:
    file = tmp_path / "録画.mov"
    file.write_bytes(b"x")
    kept.page.locator("input[data-upload]").set_input_files(file)
    expect(kept.toasts.last).to_contain_text("録画.mov は入れられません")


@ONE_SIZE
def test_a_document_is_a_link_that_saves_it_under_its_name(writer: Writer) -> None:
    writer.title.fill("表を添えた質問")
    writer.page.locator("select[name=category]").select_option(index=1)
    assert writer.hand_over("drop", ("見積_2026.xlsx", "", documents.EXCEL))
    expect(writer.field).to_have_value(re.compile(r"^\[見積_2026\.xlsx\]\(/files/[0-9a-f]{32}\)\n$"))
    writer.page.keyboard.press("Control+Enter")
    link = writer.page.locator("article a.file")
    expect(link).to_have_text("見積_2026.xlsx（Excel・1 KB）")
    drawn = link.evaluate("(link) => getComputedStyle(link, '::before').maskImage")
    address = re.search('url\\("(.+)"\\)', drawn)
    assert address is not None
    assert writer.page.request.get(address[1]).ok, "its icon is there"
    with writer.page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "見積_2026.xlsx"
    assert saved.value.path().read_bytes() == documents.EXCEL


@ONE_SIZE
def test_a_file_that_misses_the_composer_does_not_replace_the_page(kept: Writer) -> None:
    kept.write("書きかけ")
    file = ("見積.pdf", "application/pdf", b"x")
    assert kept.hand_over("dragover", file, target="h1")
    assert kept.hand_over("drop", file, target="h1")
    expect(kept.toasts.last).to_contain_text("本文の枠の中に")
    expect(kept.field).to_have_value("書きかけ")


# --- names


def test_people_are_chosen_by_handle_name_and_reading(writer: Writer) -> None:
    for typed in ("@tado", "＠tado", "@田所", "@田所 誠", "@たどころ", "@タドコロ", "@ﾀﾄﾞｺﾛ", "@誠"):
        writer.write("はい、")
        writer.field.press_sequentially(typed)
        person = writer.names.filter(has_text="田所")
        expect(person).to_have_count(1)
        expect(person).to_have_attribute("aria-selected", "true")
        if writer.page.viewport_size == PHONE:
            person.tap()
        else:
            writer.page.keyboard.press("Enter")
        expect(writer.field).to_have_value("はい、@tadokoro ")
        expect(writer.names).to_have_count(0)
        expect(writer.field).to_be_focused()


@ONE_SIZE
def test_no_list_where_the_server_sees_no_mention(writer: Writer) -> None:
    asked: list[str] = []
    writer.page.on("request", lambda request: asked.append(request.url) if "/people/suggest" in request.url else None)
    with stopped_clock(writer.page):
        for before in (
            *("佐伯", "データー", "info", "@", "https://example.jp/?", "\\"),
            *("`", "```\n", "~~~\n", "文\n\n    ", "> ", "> 一行目\n> "),
        ):
            writer.write(before)
            writer.field.press_sequentially("@tado")
            writer.page.clock.run_for(A_SECOND_MS)
            assert (before, asked) == (before, [])
        expect(writer.names).to_have_count(0)
        writer.write("")
        writer.field.press_sequentially("@tado")
        writer.page.clock.run_for(A_SECOND_MS)
        expect(writer.names).to_have_count(1)
        assert len(asked) == 1


@ONE_SIZE
def test_the_list_follows_the_input_method_and_leaves_its_keys_alone(kept: Writer) -> None:
    kept.write("はい、@")
    kept.ime.compose("たどころ")
    expect(kept.names.filter(has_text="田所")).to_have_count(1)
    for key in ("ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"):
        kept.ime.press(key)
        expect(kept.names.filter(has_text="田所")).to_have_count(1)
    expect(kept.field).to_have_value("はい、@たどころ")
    kept.ime.commit("田所")
    expect(kept.names.filter(has_text="田所")).to_have_count(1)
    kept.page.keyboard.press("Tab")
    expect(kept.field).to_have_value("はい、@tadokoro ")


@pytest.mark.parametrize("person", ["phone"], indirect=True)
def test_a_name_tapped_while_its_reading_is_being_composed_takes_its_place(writer: Writer) -> None:
    writer.write("はい、@")
    writer.ime.compose("たどころ")
    writer.names.filter(has_text="田所").tap()
    expect(writer.field).to_have_value("はい、@tadokoro ")


@ONE_SIZE
def test_the_list_is_walked_closed_and_left(writer: Writer) -> None:
    writer.field.press_sequentially("@k")
    expect(writer.names.nth(1)).to_be_visible()
    writer.page.keyboard.press("ArrowDown")
    expect(writer.names.nth(1)).to_have_attribute("aria-selected", "true")
    active = writer.field.get_attribute("aria-activedescendant")
    assert active == writer.names.nth(1).get_attribute("id")
    writer.page.keyboard.press("ArrowUp")
    writer.page.keyboard.press("ArrowUp")
    expect(writer.names.last).to_have_attribute("aria-selected", "true")
    writer.page.keyboard.press("Escape")
    expect(writer.names).to_have_count(0)
    writer.field.press_sequentially("u")
    writer.page.wait_for_timeout(300)
    expect(writer.names).to_have_count(0)
    writer.field.press_sequentially(" @k")
    expect(writer.names.first).to_be_visible()
    writer.page.keyboard.press("Home")
    expect(writer.names).to_have_count(0)
    assert writer.field.input_value() == "@ku @k"


@ONE_SIZE
def test_enter_before_the_list_is_up_to_date_chooses_from_the_one_to_come(writer: Writer) -> None:
    writer.field.press_sequentially("@k")
    expect(writer.names.nth(1)).to_be_visible()
    held = hold(writer.page, "**/people/suggest*")
    with stopped_clock(writer.page):  # else who types slowly asks more than once
        writer.write("@")
        writer.field.press_sequentially("tad")
        writer.page.clock.run_for(A_SECOND_MS)
        let_go(writer.page, held)
        expect(writer.names).to_have_count(1)
        writer.page.keyboard.type("ok")
        writer.page.keyboard.press("Enter")
        writer.page.clock.run_for(A_SECOND_MS)
        let_go(writer.page, held)
    expect(writer.field).to_have_value("@tadokoro ")


@ONE_SIZE
def test_a_handle_does_not_run_into_what_follows(kept: Writer) -> None:
    for after, becomes in {"さん": "@tadokoroさん", " さん": "@tadokoro さん", "x": "@tadokoro x"}.items():
        kept.write(after, caret=0)
        kept.field.press_sequentially("@tado")
        expect(kept.names.first).to_be_visible()
        kept.page.keyboard.press("Enter")
        expect(kept.field).to_have_value(becomes)


def test_the_list_is_in_the_window_and_its_rows_are_wide_enough_for_a_finger(writer: Writer) -> None:
    writer.field.press_sequentially("あ" * 40 + "、@k")
    expect(writer.names.first).to_be_visible()
    window = writer.page.viewport_size
    box = writer.page.get_by_role("listbox", name="名前の候補").bounding_box()
    row = writer.names.first.bounding_box()
    assert window
    assert box
    assert row
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= window["height"]
    if window == PHONE:
        assert row["height"] >= 44  # pixels: WCAG's target size, enhanced


def test_axe_finds_nothing_in_the_open_list(writer: Writer) -> None:
    writer.page.evaluate(AXE.read_text())
    writer.field.press_sequentially("@k")
    expect(writer.names.first).to_be_visible()
    for theme in THEMES:
        # A colour in the midst of its change would be measured.
        writer.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = writer.page.evaluate("axe.run('.composer', {resultTypes: ['violations']})")
        assert [(theme, each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


# --- the toolbar


@ONE_SIZE
def test_bold_holds_before_and_behind_japanese_signs(writer: Writer) -> None:
    for selected in ("「重要」", "重要。", "重要　"):
        writer.write(f"これは{selected}です")
        writer.field.evaluate("(field, end) => field.setSelectionRange(3, end)", 3 + len(selected))
        writer.page.get_by_role("button", name="太字").click()
        writer.page.get_by_role("button", name="できあがりを見る").click()
        expect(writer.page.locator(".composer-preview strong")).to_have_text(selected.strip())
        writer.page.get_by_role("button", name="書くのに戻る").click()


# --- keys that send


@ONE_SIZE
def test_enter_that_takes_a_conversion_in_the_title_publishes_nothing(writer: Writer) -> None:
    title = writer.title
    writer.write("本文があります")
    title.focus()
    writer.ime.compose("しつもん")
    writer.ime.press("Enter")
    writer.ime.commit("質問")
    writer.ime.press("Enter")  # Safari's, when nothing is being composed any more
    expect(title).to_have_value("質問")
    expect(title).to_be_focused()
    writer.page.keyboard.press("Enter")
    expect(writer.field).to_be_focused()
    writer.page.wait_for_timeout(300)
    assert writer.page.url.endswith(NEW_TOPIC)
    expect(writer.field).to_have_value("本文があります")


@ONE_SIZE
def test_enter_in_the_search_searches_but_not_for_half_a_conversion(writer: Writer) -> None:
    writer.page.goto("/search")
    field = writer.page.locator("main input[name=q]")
    field.focus()
    writer.ime.compose("しょうにん")
    writer.ime.press("Enter")
    writer.ime.commit("承認")
    writer.ime.press("Enter")
    writer.page.wait_for_timeout(300)
    assert writer.page.url.endswith("/search")
    writer.page.keyboard.press("Enter")
    writer.page.wait_for_url("**/search?q=*")
    expect(writer.page.locator("main input[name=q]")).to_have_value("承認")


def test_control_enter_sends_only_when_nothing_is_being_composed(writer: Writer) -> None:
    page, text = writer.page, f"変換のあとの返信 {(writer.page.viewport_size or PHONE)['width']}"
    page.goto("/forums")
    page.locator("main a[href*='/forums/topics/']").first.click()
    reply = page.locator("#reply-body")
    expect(reply).to_be_attached()  # the list has no composer
    wait_for_composer(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/posts") else None)
    reply.focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts [data-toast]").last).to_contain_text("まだ何も書かれていません")
    writer.ime.compose("へんじ")
    writer.ime.press("Enter", modifiers=2)
    writer.ime.commit(text)
    page.wait_for_timeout(300)
    assert sent == []
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#posts")).to_contain_text(text)
    assert len(sent) == 1
