"""Inviting many from a CSV file: a dry run, then in earnest; nobody is invited twice and nothing half done."""

import csv
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO, StringIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.accounts import queries
from community.joining import csv_invitations
from community.joining.csv_invitations import MAX_BYTES, MAX_ROWS, BadFile, BadFileError, Reason
from models.accounts import Account, Invitation, MailDomain
from models.audit import AuditEntry
from models.base import db, transaction
from models.mail import Mail
from tests.cast import Cast, make_cast
from tests.files import samples
from tests.signing_in import client_of

FILE = "メールアドレス,姓,名,部署\r\nichi@asahi.example,一ノ瀬,薫,総務\r\nni@asahi.example,二宮,航,経理\r\n"


def upload(client: FlaskClient, account: Account, content: str | bytes, **fields: str) -> TestResponse:
    body = content.encode("utf-8-sig") if isinstance(content, str) else content
    data = {"account": str(account.id), "file": (BytesIO(body), "people.csv"), **fields}
    return client.post("/invitations/csv", data=data, content_type="multipart/form-data")


def signed_in(page: TestResponse) -> str:
    return re.findall(r'name="upload" value="([^"]+)"', page.text)[0]


def forge(signed: str) -> str:
    """Another signature: its first character differs, all of whose bits count (of the last one's, two do not)."""
    content, dot, signature = signed.rpartition(".")
    return content + dot + ("B" if signature[0] == "A" else "A") + signature[1:]


def invited() -> list[tuple[str, str, str]]:
    chosen = db.session.scalars(sa.select(Invitation).order_by(Invitation.id))
    return [(each.email, each.family_name, each.given_name) for each in chosen]


def reasons(account: Account, content: str, *, strangers: bool = False) -> list[tuple[int, Reason | None]]:
    return [
        (j.row.line, j.reason)
        for j in csv_invitations.judge_rows(csv_invitations.parse_csv(content), account, strangers=strangers)
    ]


def test_a_dry_run_shows_and_the_second_press_invites(app: Flask, client: FlaskClient, cast: Cast) -> None:
    admin = client_of(app, cast.company_admin)
    preview = upload(admin, cast.a, FILE)
    assert preview.status_code == 200
    assert "招待する 2人" in preview.text
    assert invited() == []
    for _ in range(2):  # pressed twice
        assert admin.post("/invitations/csv/confirm", data={"upload": signed_in(preview)}).status_code == 302
    assert invited() == [("ichi@asahi.example", "一ノ瀬", "薫"), ("ni@asahi.example", "二宮", "航")]
    mails = db.session.scalars(sa.select(Mail).order_by(Mail.id)).all()
    assert [mail.to_address for mail in mails] == ["ichi@asahi.example", "ni@asahi.example"]
    acts = [entry.action for entry in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))]
    assert acts[-3:] == ["invitation.send", "invitation.send", "invitation.import"]
    form = client.get(re.findall(r"(/invitations/\S+)", mails[0].text)[0]).text
    assert 'value="一ノ瀬"' in form
    again = upload(admin, cast.a, FILE)
    assert "新しく招待する人はいません" in again.text
    assert "/invitations/csv/confirm" not in again.text


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"])
def test_files_are_read_as_they_come(charset: str) -> None:
    (row,) = csv_invitations.parse_csv(
        csv_invitations.decode_file("氏名,E-mail\r\n髙島　美咲,Ｔ@a.example\r\n".encode(charset))
    ).rows
    assert (row.line, row.email, row.family_name, row.given_name) == (2, "t@a.example", "髙島", "美咲")


@pytest.mark.parametrize(
    "heading", ["メールアドレス,姓,名", "email,family_name,given_name", "Mail Address,Last Name,First Name"]
)
def test_columns_are_found_by_their_names_in_both_languages(heading: str) -> None:
    (row,) = csv_invitations.parse_csv(f"{heading}\n\na@b.example,青木,陽子\n").rows
    assert (row.line, row.email, row.family_name, row.given_name) == (3, "a@b.example", "青木", "陽子")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", BadFile.EMPTY),
        (b"email\r\n\r\n", BadFile.EMPTY),
        ("名前,部署\n青木,総務\n".encode(), BadFile.NO_EMAIL_COLUMN),
        (samples.NOT_PICTURES["excel"], BadFile.NOT_A_TABLE),
        (b"a@b.example\n", BadFile.NO_HEADING),
        (b"\x81\xff\xfe\x00", BadFile.UNREADABLE),
        (b'email\n"a@b.example\n', BadFile.BROKEN),
        (b"email\n" + b"a@b.example\n" * (MAX_ROWS + 1), BadFile.TOO_MANY_ROWS),
        (b"email\n" + b"a" * MAX_BYTES, BadFile.TOO_LARGE),
    ],
)
def test_a_bad_file_is_refused_as_a_whole(content: bytes, why: BadFile) -> None:
    with pytest.raises(BadFileError) as caught:
        csv_invitations.parse_csv(csv_invitations.decode_file(content))
    assert caught.value.why == why


@pytest.mark.one_database
@pytest.mark.parametrize("database", ["sqlite"])
def test_a_bad_file_is_a_clear_sentence(app: Flask, cast: Cast) -> None:
    cs = client_of(app, cast.cs)
    answer = upload(cs, cast.a, "名前\n青木\n")
    assert answer.status_code == 422
    assert "という見出しがありません" in answer.text
    nothing = cs.post("/invitations/csv", data={"account": str(cast.a.id)})
    assert nothing.status_code == 422
    assert "CSVファイルを選んでください" in nothing.text


def test_each_row_has_its_reason(app: Flask, cast: Cast) -> None:
    db.session.add_all(
        [MailDomain(domain="asahi.example", account_id=cast.a.id), MailDomain(domain="b.example", account_id=cast.b.id)]
    )
    rows = [
        "new@asahi.example,青木", ",青木", "a@@b,青木", f"long@asahi.example,{'あ' * 65}", "NEW@asahi.example,青木",
        f"{cast.colleague.email},赤井", "x@b.example,別府", "x@private.example,私", "=cmd|'x'!A1,式",
    ]  # fmt: skip
    content = "\n".join(["メール,姓", *rows])
    found = [None, Reason.NO_EMAIL, Reason.BAD_EMAIL, Reason.LONG_NAME, Reason.TWICE, Reason.MEMBER]
    found += [Reason.ELSEWHERE, Reason.STRANGE_DOMAIN, Reason.BAD_EMAIL]
    assert reasons(cast.a, content) == list(enumerate(found, start=2))
    assert reasons(cast.a, content, strangers=True)[7] == (9, None)
    with transaction():
        assert csv_invitations.invite_all(csv_invitations.parse_csv(content), cast.a, cast.cs, strangers=False) == 1
    assert reasons(cast.a, content)[0] == (2, Reason.INVITED)


def test_a_company_administrator_does_not_learn_who_is_elsewhere(app: Flask, cast: Cast) -> None:
    content = f"email\n{cast.third.email}\nnobody@example.com\n"
    assert [reason for _, reason in reasons(cast.a, content)] == [None, None]


@pytest.mark.one_database
def test_rows_left_out_come_back_with_their_reasons(app: Flask, cast: Cast) -> None:
    cs = client_of(app, cast.cs)
    preview = upload(cs, cast.a, "email,メモ\nok@a.example,\n=1+1,髙島\n,😀\n")
    assert "Shift_JIS" not in preview.text  # 😀 is not in it
    file = cs.post("/invitations/csv/refused", data={"upload": signed_in(preview)})
    assert file.headers["Content-Disposition"] == 'attachment; filename="refused.csv"'
    table = list(csv.reader(StringIO(file.data.decode("utf-8-sig"), newline="")))
    assert table == [
        ["行", "理由", "email", "メモ"],
        ["3", "メールアドレスの形になっていません", "'=1+1", "髙島"],
        ["4", "メールアドレスがありません", "", "😀"],
    ]
    assert file.data.startswith(b"\xef\xbb\xbf")
    plain = upload(cs, cast.a, "email\nx\n")
    assert "Shift_JIS" in plain.text
    narrow = cs.post("/invitations/csv/refused", data={"upload": signed_in(plain), "encoding": "cp932"})
    assert narrow.data.decode("cp932").startswith("行,理由,email\r\n2,")


def test_only_those_who_may_invite_there_and_only_what_they_have_looked_at(app: Flask, cast: Cast) -> None:
    admin, cs = client_of(app, cast.company_admin), client_of(app, cast.cs)
    assert upload(admin, cast.b, FILE).status_code == 422
    assert upload(cs, cast.vendor, FILE).status_code == 422
    assert client_of(app, cast.owner).get("/invitations/csv").status_code == 403
    preview = upload(cs, cast.b, FILE)
    for path in ("/invitations/csv/confirm", "/invitations/csv/refused"):
        for forged in (signed_in(preview), forge(signed_in(preview)), "", "x" * 9000):
            answer = admin.post(path, data={"upload": forged})
            assert answer.status_code == 410
            assert "もう一度ファイルを選んでください" in answer.text
    assert invited() == []


@pytest.mark.one_database
def test_hostile_cells_stay_text(app: Flask, cast: Cast) -> None:
    page = upload(client_of(app, cast.cs), cast.a, "email,姓\n<script>alert(1)</script>,x\na@b.example,<b>x</b>\n").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_of_two_with_the_same_file_one_invites(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        with transaction():
            people = make_cast(db.session)
        db.session.remove()
        clients = [client_of(app, member) for member in (people.cs, people.company_admin)]
        signed = [signed_in(upload(client, people.a, FILE)) for client in clients]

    def press(n: int) -> int:
        with app.app_context():
            return clients[n].post("/invitations/csv/confirm", data={"upload": signed[n]}).status_code

    with ThreadPoolExecutor(max_workers=2) as crowd:
        assert list(crowd.map(press, range(2))) == [302, 302]
    with app.app_context():
        assert len(invited()) == 2
        assert queries.get_member_by_email("ichi@asahi.example") is None
