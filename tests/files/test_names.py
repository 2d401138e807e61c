"""Names that hostile people and careless programs give to files: on pages, in headers and on disks they do nothing."""

import re
import unicodedata

import pytest
from werkzeug.http import parse_options_header

from community import text
from community.files import names
from community.files.documents import EXTENSIONS
from community.files.kinds import Kind

pytestmark = pytest.mark.one_database

HOSTILE = [
    "", " ", ".", "..", "...", "/", "\\", ".pdf", ". .pdf", "pdf", "a.pdf/", "a.pdf\\",
    "../../etc/passwd", "..\\..\\windows\\system32\\cmd.exe", "/etc/passwd", "C:\\Users\\a\\b.pdf",
    "C:a.pdf", "\\\\host\\a.pdf",
    "a/../b.pdf", "....//....//b.pdf", "a\x00.pdf", "a.pdf\x00.exe", "a\r\nSet-Cookie: x=1.pdf",
    "a\nb.pdf", "a\tb.pdf",
    "a\x7f\x9b.pdf", 'a".pdf', 'a"; filename="b.exe', "a'b.pdf", "a;b=c.pdf", "a%0d%0ab.pdf",
    "%2e%2e%2f.pdf", 'a\\"b.pdf',
    "\u202egpj.exe.pdf", "a\u202efdp.exe", "a\u2066b\u2069.pdf", "\ufeffa.pdf", "a\u200b.pdf",
    "\u200f\u200e.pdf",
    "a\ud800.pdf", "a\ue000.pdf", "a\u2028b.pdf", "か\u3099.pdf", "e" + "\u0301" * 300 + ".pdf",
    "あ" * 255 + ".pdf", "a" * 255, "a" * 5_000 + ".pdf", "👨‍👩‍👧‍👦" * 40 + ".pdf",
    "." * 300, " " * 300 + ".pdf",
    "CON", "con.pdf", "PRN.tar.pdf", "aux .pdf", "NUL.", "COM1.pdf", "lpt9", "COM¹.pdf",
    "CONIN$.pdf", "clock$.pdf",
    "<script>alert(1)</script>.pdf", "a<b>c.pdf", "a|b.pdf", "a?b*c.pdf", "$(rm -rf ~).pdf",
    "`id`.pdf", "-rf.pdf", "~$a.pdf",
    "a.pdf.exe", "a.exe", "a.pdf.lnk", "a.PdF", "見積.xlsx", "[x](javascript:alert(1)).pdf",
    "![x](/files/y).pdf", "a](b.pdf",
    "__init__.pdf", "*a*_b_~~c~~.pdf", "@sae.pdf", "a&lt;b.pdf", "www.example.jp.pdf",
    "https://example.jp/a.pdf",
    "=1+1.pdf", "\u3164.pdf", "a.pdf ", "a.pdf.",
]  # fmt: skip
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def test_there_are_sixty_and_more() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("given", HOSTILE, ids=ascii)
@pytest.mark.parametrize("kind", [Kind.PDF, Kind.TEXT])
def test_a_name_is_harmless(given: str, kind: Kind) -> None:
    name = names.make_harmless(given, kind)
    assert name.rpartition(".")[2].lower() in EXTENSIONS[kind]
    assert 0 < len(name.encode()) <= names.MAX_NAME_BYTES
    assert not FORBIDDEN.search(name)
    assert not [sign for sign in name if unicodedata.category(sign)[0] == "C"]
    assert not DEVICES.fullmatch(name)
    assert name == name.strip(" .").lstrip("-")
    assert names.make_harmless(name, kind) == name, "what is harmless stays as it is"


@pytest.mark.parametrize("given", HOSTILE, ids=ascii)
def test_a_name_comes_whole_through_the_header(given: str) -> None:
    name = names.make_harmless(given, Kind.PDF)
    header = names.to_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    plain = re.match(r'attachment; filename="([A-Za-z0-9._ -]+\.[A-Za-z]+)"; ', header)
    assert plain, "older programs get a name of ASCII"
    assert parse_options_header(header.replace(plain[0], "attachment; ")) == ("attachment", {"filename": name})


@pytest.mark.parametrize("given", HOSTILE, ids=ascii)
def test_a_name_is_one_link_and_nothing_else(given: str) -> None:
    name = names.make_harmless(given, Kind.PDF)
    words = names.to_link_text(name)
    key = "0" * 32
    shown = text.render(f"前 [{words}](/files/{key}) 後", files={key: "PDF・1 KB"}, mentions={"sae": "佐伯"})
    assert shown.html.count("<a ") == 1
    assert shown.html.count(f'href="/files/{key}"') == 1
    assert not re.search("<(em|strong|del|code|img|script)", shown.html)
    assert shown.mentions == []
    assert shown.files == [key]


@pytest.mark.parametrize(
    ("given", "kind", "name"),
    [
        ("見積.xlsx", Kind.EXCEL, "見積.xlsx"),
        ("見積_2026.XLSM", Kind.EXCEL, "見積_2026.XLSM"),
        ("C:\\会社\\見積.xls", Kind.OLD_EXCEL, "見積.xls"),
        ("報告.exe", Kind.PDF, "報告.exe.pdf"),
        ("page.html", Kind.TEXT, "page.html.txt"),
        ("install.bat", Kind.TEXT, "install.bat.txt"),
        ("app.log.1", Kind.TEXT, "app.log.1.txt"),
        ("app.log", Kind.TEXT, "app.log"),
        ("部品.csv", Kind.TEXT, "部品.csv"),
        ("か\u3099い.pdf", Kind.PDF, "がい.pdf"),
        ("CON.pdf", Kind.PDF, "_CON.pdf"),
        ("", Kind.ZIP, "file.zip"),
    ],
)
def test_an_honest_name_stays(given: str, kind: Kind, name: str) -> None:
    assert names.make_harmless(given, kind) == name


def test_the_words_of_a_link_keep_what_they_can() -> None:
    assert names.to_link_text("見積_2026 (最終)~v2.xlsx") == "見積_2026 最終 ~v2.xlsx"
    assert names.to_link_text("__init__.txt") == "init .txt"


def test_twins_are_told_apart_whatever_the_case() -> None:
    given = ["a.pdf", "A.pdf", "b.pdf", "a.pdf", "a (2).pdf"]
    assert names.number_twins(given) == ["a.pdf", "A (2).pdf", "b.pdf", "a (3).pdf", "a (2) (2).pdf"]
