"""CSV as it comes: encodings, separators, headings; and an answer that says what was recognised and what is missing."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from community.joining import csv_invitations
from community.joining.csv_invitations import BadFile, BadFileError
from community.table_files import Encoding
from models.accounts import Invitation
from models.base import db
from tests.cast import Cast
from tests.files import samples
from tests.joining.test_csv_invitations import forge, signed_in, upload
from tests.signing_in import client_of

pytestmark = pytest.mark.one_database

ROW = ("ichi@asahi.example", "一ノ瀬", "薫")
PEOPLE = "メールアドレス,姓,名\r\nichi@asahi.example,一ノ瀬,薫\r\n"


def first(content: str | bytes) -> tuple[str, str, str]:
    (row, *_) = csv_invitations.parse_csv(
        csv_invitations.decode_file(content) if isinstance(content, bytes) else content
    ).rows
    return (row.email, row.family_name, row.given_name)


# --- separators


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", list(Encoding))
def test_each_separator_in_each_encoding_is_read(separator: str, encoding: Encoding) -> None:
    content = PEOPLE.replace(",", separator).encode(encoding.value)
    assert first(content) == ROW
    assert csv_invitations.recognise_encoding(content) == encoding


def test_excel_s_unicode_text_is_read() -> None:
    """UTF-16 with a mark, tabs, CRLF."""
    assert first(PEOPLE.replace(",", "\t").encode("utf-16")) == ROW


def test_a_separator_inside_a_cell_separates_nothing() -> None:
    assert first('部署;メールアドレス;姓;名\n"総務, 人事, 経理";ichi@asahi.example;一ノ瀬;薫\n') == ROW
    assert first("部署\tメールアドレス\t姓\t名\n総務, 人事; 経理\tichi@asahi.example\t一ノ瀬\t薫\n") == ROW


def test_a_quotation_mark_in_a_file_of_tabs_is_no_quotation() -> None:
    assert first('備考\tメールアドレス\t姓\t名\n27"の画面\tichi@asahi.example\t一ノ瀬\t薫\n') == ROW


def test_the_line_that_excel_wants_for_its_separator_is_no_heading() -> None:
    assert first("sep=;\r\nメールアドレス;姓;名\r\nichi@asahi.example;一ノ瀬;薫\r\n") == ROW


# --- headings


@pytest.mark.parametrize(
    "heading",
    [
        "ﾒｰﾙｱﾄﾞﾚｽ,姓,名",
        "ﾒｰﾙ ｱﾄﾞﾚｽ,　姓　,名 ",
        "メールアドレス（必須）,姓（必須）,名（任意）",
        "メールアドレス(必須),【必須】姓,名※全角",
        "*メールアドレス,*姓,名",
        "メールアドレス必須,姓,名",
        '"メール\nアドレス","姓\n","名"',
        "#メールアドレス,姓,名",
        "# Email,Last Name,First Name",
        "Ｅ－ｍａｉｌ,Last_Name,FIRST-NAME",
        "E-mail Address,Surname,Given name",
        "電子メールアドレス：,苗字：,名：",
        "会社のメールアドレスを入力してください,姓,名",
    ],
)
def test_headings_are_known_with_what_people_put_around_them(heading: str) -> None:
    assert first(f"{heading}\nichi@asahi.example,一ノ瀬,薫\n") == ROW


@pytest.mark.parametrize(
    "above",
    [
        "参加者名簿\n",
        "参加者名簿,,,\n作成日：,2026/11/29,,\n\n",
        "# 人事システムから書き出し\n# メールアドレス、姓、名の順\n",
        "#メールアドレスと,姓と,名を書いてください\n",
        "\n\n,,\n",
        "株式会社あさひ製作所\n問い合わせ：,jinji@asahi.example,\n",
    ],
)
def test_titles_and_remarks_above_the_heading_are_left_out(above: str) -> None:
    assert first(f"{above}メールアドレス,姓,名\nichi@asahi.example,一ノ瀬,薫\n") == ROW


def test_remarks_blank_rows_and_the_heading_once_more_are_no_people() -> None:
    sheet = csv_invitations.parse_csv(
        "メールアドレス,姓,名,,\n# 総務部,,\nichi@asahi.example,一ノ瀬,薫,,\n,,,,\n"
        "メールアドレス,姓,名,,\nni@asahi.example,二宮,航,,\n　,,,,\n\n"
    )
    assert [(row.line, row.email) for row in sheet.rows] == [(3, "ichi@asahi.example"), (6, "ni@asahi.example")]
    assert sheet.heading == ("メールアドレス", "姓", "名")


def test_of_two_columns_of_one_name_the_first_that_holds_something_counts() -> None:
    sheet = csv_invitations.parse_csv(
        "メールアドレス,メールアドレス,氏名\nichi@asahi.example,x@asahi.example,一ノ瀬 薫\n,ni@asahi.example,二宮 航\n"
    )
    assert [row.email for row in sheet.rows] == ["ichi@asahi.example", "ni@asahi.example"]


def test_a_reading_is_no_name() -> None:
    content = "氏名（フリガナ）,氏名,メールアドレス\nイチノセ カオル,一ノ瀬 薫,ichi@asahi.example\n"
    assert first(content) == ROW


def test_a_cell_of_several_lines_is_one_cell() -> None:
    content = 'メールアドレス,備考,姓,名\n"ichi@asahi.example\n","一行目\n二行目, つづき","一ノ瀬",薫\n'
    assert first(content) == ROW


@pytest.mark.parametrize(
    "address",
    [
        "ｉｃｈｉ＠ａｓａｈｉ．ｅｘａｍｐｌｅ",
        "一ノ瀬 薫 <ichi@asahi.example>",
        "mailto:ichi@asahi.example",
        "\u200bIchi@asahi.example　",
    ],
)
def test_addresses_are_folded(address: str) -> None:
    assert first(f"メールアドレス,姓,名\n{address},一ノ瀬,薫\n") == ROW


def test_a_nul_that_an_export_has_left_is_not_read() -> None:
    assert first(PEOPLE.replace("薫", "薫\0").encode("utf-8-sig")) == ROW


# --- encodings that look like another


def test_half_width_kana_of_cp932_that_are_valid_utf_8_are_kana() -> None:
    content = "email,name\r\nmaki@asahi.example,ﾏｷ\r\nmiki@asahi.example,ﾐｷ\r\nnao@asahi.example,ﾅｵ\r\n".encode("cp932")
    content.decode("utf-8")  # no error: that is the trap
    names = [row.family_name for row in csv_invitations.parse_csv(csv_invitations.decode_file(content)).rows]
    assert names == ["マキ", "ミキ", "ナオ"]


@pytest.mark.parametrize("name", ["Müller", "Ægir", "Иванов", "Ελένη", "Nguyễn", "佐伯"])
def test_names_of_other_scripts_in_utf_8_stay_what_they_are(name: str) -> None:
    content = f"email,family name\nx@asahi.example,{name}\n".encode()
    assert csv_invitations.parse_csv(csv_invitations.decode_file(content)).rows[0].family_name == name


def test_the_encoding_can_be_chosen_on_the_preview(app: Flask, cast: Cast) -> None:
    cs = client_of(app, cast.cs)
    content = "email,name\r\nnao@asahi.example,ﾅｵ\r\n".encode("cp932")
    preview = upload(cs, cast.a, content)
    assert "文字コードはShift_JIS（cp932）、区切りはコンマとして読みました" in preview.text
    assert "ナオ" in preview.text
    other = cs.post("/invitations/csv", data={"upload": signed_in(preview), "encoding": "utf-8"})
    assert "文字コードはUTF-8" in other.text
    assert "ナオ" not in other.text
    back = cs.post("/invitations/csv", data={"upload": signed_in(other), "encoding": "cp932"})
    assert cs.post("/invitations/csv/confirm", data={"upload": signed_in(back)}).status_code == 302
    assert db.session.scalars(sa.select(Invitation.family_name)).all() == ["ナオ"]


def test_the_encoding_can_be_chosen_with_the_file(app: Flask, cast: Cast) -> None:
    content = PEOPLE.encode("euc_jp")
    preview = upload(client_of(app, cast.cs), cast.a, content, encoding="euc_jp")
    assert "文字コードはEUC-JP" in preview.text
    assert "一ノ瀬" in preview.text
    wrong = upload(client_of(app, cast.cs), cast.a, content, encoding="utf-8")
    assert wrong.status_code == 422
    assert "文字コードがわかりません" in wrong.text


@pytest.mark.parametrize("encoding", ["", "utf-7", "rot13", "zip"])
def test_no_other_encoding_can_be_sent(app: Flask, cast: Cast, encoding: str) -> None:
    cs = client_of(app, cast.cs)
    signed = signed_in(upload(cs, cast.a, PEOPLE))
    assert cs.post("/invitations/csv", data={"upload": signed, "encoding": encoding}).status_code == 410
    assert cs.post("/invitations/csv", data={"upload": forge(signed), "encoding": "utf-8"}).status_code == 410


# --- what is said


def said(app: Flask, cast: Cast, content: bytes) -> str:
    answer = upload(client_of(app, cast.cs), cast.a, content)
    assert answer.status_code == 422
    found = re.search(r'error-text".*?<span>(.*?)</span>', answer.text, re.DOTALL)
    assert found is not None
    return found[1]


def test_without_a_column_of_addresses_it_says_how_the_file_was_read(app: Flask, cast: Cast) -> None:
    sentence = said(app, cast, "社員番号;氏名;部署\n1;一ノ瀬;総務\n".encode("cp932"))
    assert "文字コードはShift_JIS（cp932）、区切りはセミコロンとして読みました" in sentence
    assert "「メールアドレス」か「email」という見出しがありません" in sentence
    assert sentence.endswith("読めた1行目：社員番号;氏名;部署")


def test_a_whole_file_in_quotation_marks_is_not_called_broken(app: Flask, cast: Cast) -> None:
    """With tabs its quotation marks would be out of place: it is the commas that separate it."""
    sentence = said(app, cast, '"社員番号","氏名"\r\n"1","一ノ瀬, 薫"\r\n'.encode("cp932"))
    assert "区切りはコンマとして読みました" in sentence
    assert "という見出しがありません" in sentence


def test_without_a_heading_it_says_so(app: Flask, cast: Cast) -> None:
    sentence = said(app, cast, "ichi@asahi.example\t一ノ瀬\n".encode("utf-16"))
    assert "文字コードはUTF-16、区切りはタブ" in sentence
    assert "見出しの行がなく、人の行から始まっています" in sentence
    assert "読めた1行目：ichi@asahi.example\t一ノ瀬" in sentence


def test_the_line_with_the_open_quotation_is_named(app: Flask, cast: Cast) -> None:
    sentence = said(app, cast, b'email,name\na@b.example,x\nc@d.example,"y\ne@f.example,z\n')
    assert "3行目から" in sentence


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("excel", "Excelなど表計算のファイルです"),
        ("open document", "Excelなど表計算のファイルです"),
        ("old office", "古い形式のExcel"),
        ("locked office", "パスワードの付いたOfficeのファイルです"),
        ("mail of Outlook", "Outlookなど、ほかのソフトのファイルです"),
        ("program", "プログラムです"),
        ("word", "Wordなどの文書です"),
        ("pdf", "PDFです"),
        ("zip", "ZIPなどの圧縮ファイルです"),
        ("heic", "画像です"),
        ("mp4", "動画か音声です"),
    ],
)
def test_a_file_of_another_kind_is_named(app: Flask, cast: Cast, name: str, words: str) -> None:
    sentence = said(app, cast, samples.NOT_PICTURES[name])
    assert words in sentence
    assert "CSV（コンマ区切り）" in sentence


def test_a_picture_is_named_too(app: Flask, cast: Cast) -> None:
    assert "画像です" in said(app, cast, samples.picture())


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"\xef\xbb\xbf", b"\xff\xfe\n\x00", b",,,\n;;\n", b"#\n", b"\x00\x00\x00"]
)
def test_a_file_of_nothing_is_refused(content: bytes) -> None:
    with pytest.raises(BadFileError) as refusal:
        csv_invitations.parse_csv(csv_invitations.decode_file(content))
    assert refusal.value.why in {BadFile.EMPTY, BadFile.UNREADABLE, BadFile.NO_EMAIL_COLUMN}
