"""What a file is, by its content: documents as many programs write them, and what only looks like one."""

import random

import pytest

from community.files import containers
from community.files.documents import find_document_kind
from community.files.kinds import Kind, find_kind
from community.files.rules import BROKEN_FILE, FileRefusedError
from tests.files import documents, samples

pytestmark = pytest.mark.one_database

NAMED = {
    "docx": (documents.WORD, Kind.WORD),
    "docx of LibreOffice": (documents.ooxml("word", types_last=True), Kind.WORD),
    "docm": (documents.ooxml("word", documents.MACRO_TYPES["word"]), Kind.WORD),
    "xlsx": (documents.EXCEL, Kind.EXCEL),
    "xlsx of LibreOffice": (documents.ooxml("xl", types_last=True), Kind.EXCEL),
    "xlsm": (documents.ooxml("xl", documents.MACRO_TYPES["xl"]), Kind.EXCEL),
    "xlsb": (documents.ooxml("xl", documents.BINARY_SHEET), Kind.EXCEL),
    "pptx": (documents.POWERPOINT, Kind.POWERPOINT),
    "pptm": (documents.ooxml("ppt", documents.MACRO_TYPES["ppt"], types_last=True), Kind.POWERPOINT),
    "odt": (documents.opendocument("text"), Kind.WORD),
    "ods": (documents.opendocument("spreadsheet"), Kind.EXCEL),
    "odp": (documents.opendocument("presentation"), Kind.POWERPOINT),
    "doc": (documents.ole("WordDocument", "1Table"), Kind.OLD_WORD),
    "doc with a sheet in it": (documents.ole("WordDocument", inner=("Workbook",)), Kind.OLD_WORD),
    "xls": (documents.ole("Workbook"), Kind.OLD_EXCEL),
    "xls of 1995": (documents.ole("Book"), Kind.OLD_EXCEL),
    "xls of 10 MB": (documents.ole("Workbook", sectors_before=20_000), Kind.OLD_EXCEL),
    "ppt": (documents.ole("Current User", "PowerPoint Document"), Kind.OLD_POWERPOINT),
    "locked xlsx": (documents.ole("EncryptionInfo", "EncryptedPackage"), Kind.LOCKED_OFFICE),
    "mail of Outlook": (documents.ole("__properties_version1.0"), Kind.OLD_OFFICE),
    "damaged ole": (documents.ole("Workbook")[:600], Kind.OLD_OFFICE),
    "a zip with a folder xl/": (documents.zipped({"xl/workbook.xml": "x", "word/document.xml": "x"}), Kind.ZIP),
    "a zip that names types": (documents.zipped({"[Content_Types].xml": documents.EMBEDDED}), Kind.ZIP),
    "a docx in a zip": (documents.zipped({"報告.docx": documents.WORD}), Kind.ZIP),
    "a docx in a zip, not compressed": (documents.zipped({"報告.docx": documents.WORD}, 0), Kind.ZIP),
    "an empty zip": (documents.zipped({}), Kind.ZIP),
    "epub": (documents.zipped({"mimetype": "application/epub+zip"}, 0), Kind.ZIP),
    "a bomb": (documents.bomb(), Kind.ZIP),
    "a bomb in bzip2": (documents.bomb(documents.BZIP2_BOMB_METHOD), Kind.ZIP),
    "pdf": (documents.PDF, Kind.PDF),
    "csv": (documents.CSV, Kind.TEXT),
    "csv in UTF-16": ("部品\t数\r\n".encode("utf-16"), Kind.TEXT),
    "csv in EUC": ("部品,数\n".encode("euc_jp"), Kind.TEXT),
    "csv in JIS": ("部品,数\n".encode("iso2022_jp"), Kind.TEXT),
    "csv of DOS": (b"a,b\r\n\x1a", Kind.TEXT),
    "log with colours": (b"\x1b[31merror\x1b[0m \xe5\xa4 broken\n", Kind.TEXT),
    "a text that begins like a film": (b"The free version\n", Kind.TEXT),
    "a text that begins like a program": (b"MZ is a signature\n", Kind.TEXT),
    "a text that begins like a song": (b"ID3 tags are read\n", Kind.TEXT),
    "script": (b"#!/bin/sh\nrm -rf /\n", Kind.TEXT),
    "html": (samples.HTML, Kind.TEXT),
    "html with a drawing": (b"<!doctype html><p>" + samples.SVG, Kind.TEXT),
    "log about drawings": (b"<!-- a --> cannot read <svg> in x.svg\n", Kind.TEXT),
    "comments without end": (b"<!---->" * 140 + b"<sv", Kind.TEXT),
}
REFUSED = {
    "program of Windows": (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), Kind.EXECUTABLE),
    "program of Linux": (b"\x7fELF\x02\x01\x01" + bytes(200), Kind.EXECUTABLE),
    "program of macOS": (b"\xcf\xfa\xed\xfe" + bytes(200), Kind.EXECUTABLE),
    "link of Windows": (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(200), Kind.EXECUTABLE),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(40), Kind.ARCHIVE),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(40), Kind.ARCHIVE),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(40), Kind.ARCHIVE),
    "svg": (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE svg>\n<!-- a --><!-- b -->\n<SVG />", Kind.SVG),
    "mp4": (samples.NOT_PICTURES["mp4"], Kind.VIDEO),
    "nothing": (b"", Kind.EMPTY),
    "noise": (samples.NOT_PICTURES["noise"], Kind.UNKNOWN),
    "half a character of UTF-16": (b"\xff\xfea\x00b\x00c", Kind.UNKNOWN),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_document_is_named_by_its_content(name: str) -> None:
    data, kind = NAMED[name]
    if kind == Kind.OLD_OFFICE:
        assert (find_kind(data), find_document_kind(data)) == (kind, None)
    else:
        assert find_document_kind(data) == kind


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_no_document(name: str) -> None:
    data, kind = REFUSED[name]
    assert (find_kind(data), find_document_kind(data)) == (kind, None)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_is_no_document(form: str) -> None:
    assert find_document_kind(samples.picture(form)) is None


def test_a_text_that_is_called_a_picture_is_meant_as_one() -> None:
    assert find_document_kind(samples.NOT_PICTURES["text"], "写真.PNG") is None
    assert find_document_kind(samples.NOT_PICTURES["text"], "png") == Kind.TEXT


@pytest.mark.parametrize("data", [documents.ZIP, documents.WORD], ids=["zip", "docx"])
def test_an_archive_that_is_cut_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        find_document_kind(data[:-30])
    assert refusal.value.message is BROKEN_FILE


def test_a_bomb_is_not_decompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(containers.read_content_types(documents.bomb())) == containers.MOST_TYPES_BYTES
    assert containers.read_content_types(documents.bomb(documents.BZIP2_BOMB_METHOD)) == b""
    monkeypatch.setattr(containers, "MOST_PARTS", 3)
    assert containers.read_content_types(documents.WORD) == b"", "a list of more parts is not read"


def test_damaged_containers_end_in_a_kind_and_in_no_error() -> None:
    chosen = random.Random(11)
    whole = [documents.WORD, documents.ole("Workbook", inner=("Book",)), documents.ole("Book", sectors_before=300)]
    for _ in range(1_500):
        data = bytearray(chosen.choice(whole))
        for _ in range(chosen.randrange(1, 20)):
            data[chosen.randrange(8, len(data))] = chosen.choice((0, 1, 0xFF, 0xFE, chosen.randrange(256)))
        assert find_kind(bytes(data[: chosen.randrange(9, len(data) + 1)])) in Kind


def test_an_ole_file_that_leads_round_in_circles_ends() -> None:
    data = bytearray(documents.ole("Workbook"))
    table = data.index(b"\xfe\xff\xff\xff", 512 + 4 * 128)
    data[table : table + 4] = (0).to_bytes(4, "little")  # the directory's next sector is its first
    assert find_kind(bytes(data)) == Kind.OLD_EXCEL
