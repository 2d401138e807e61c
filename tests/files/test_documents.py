"""Files that are no pictures: sent, linked to from a text, saved by those who may see it, and never shown."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from community.config import ROOT
from community.files import actions, queries, rules
from community.files.documents import EXTENSIONS, describe
from community.files.kinds import Kind
from community.files.rules import TooManyFilesError
from community.files.uploads import Upload, read_upload
from community.forums import actions as forums
from community.moderation import actions as moderation
from models.accounts import Member
from models.base import db, now, transaction
from models.files import StoredFile
from models.forums import Post, Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.files import documents
from tests.files.test_views import form, post_whole
from tests.forums.conftest import make_forum, open_topic
from tests.forums.pages import posts_of

SignIn = Callable[[Member], FlaskClient]

SENT = {
    "見積.pdf": (documents.PDF, Kind.PDF, "PDF・1 KB"),
    "見積.docx": (documents.ooxml("word", types_last=True), Kind.WORD, "Word・1 KB"),
    "見積.xlsx": (documents.EXCEL, Kind.EXCEL, "Excel・1 KB"),
    "見積.pptx": (documents.POWERPOINT, Kind.POWERPOINT, "PowerPoint・1 KB"),
    "古い.doc": (documents.ole("WordDocument"), Kind.OLD_WORD, "Word・2 KB"),
    "古い.xls": (documents.ole("Workbook"), Kind.OLD_EXCEL, "Excel・2 KB"),
    "古い.ppt": (documents.ole("PowerPoint Document"), Kind.OLD_POWERPOINT, "PowerPoint・2 KB"),
    "鍵.xlsx": (documents.ole("EncryptedPackage"), Kind.LOCKED_OFFICE, "Office・2 KB"),
    "部品.csv": (documents.CSV, Kind.TEXT, "CSV・1 KB"),
    "手順.txt": ("手順".encode(), Kind.TEXT, "TXT・1 KB"),
    "app.log": (b"error\n" * 50_000, Kind.TEXT, "LOG・293 KB"),
    "全部.zip": (documents.ZIP, Kind.ZIP, "ZIP・1 KB"),
}


@pytest.fixture
def topic(cast: Cast) -> Topic:
    return open_topic(make_forum(cast).public, cast.owner)


def keep(owner: Member, name: str = "見積.xlsx") -> StoredFile:
    with transaction():
        return actions.store_file(owner, read_upload(SENT[name][0], name))


def reply(topic: Topic, author: Member, body: str) -> Post:
    with transaction():
        return forums.post_reply(topic, author, body)


@pytest.mark.one_database
@pytest.mark.parametrize("name", SENT)
def test_each_kind_is_kept_as_it_came_and_saved_under_its_name(signed_in: SignIn, cast: Cast, name: str) -> None:
    data, kind, note = SENT[name]
    browser = signed_in(cast.owner)
    made = browser.post("/files", data=form(data, name))
    file = db.session.scalars(sa.select(StoredFile)).one()
    assert (made.status_code, made.json) == (
        201,
        {"url": f"/files/{file.key}", "markdown": f"[{name}](/files/{file.key})", "width": None, "height": None},
    )
    assert (file.kind, file.name, file.size) == (kind, name, len(data))
    assert describe(file.kind, file.name, file.size) == note
    answer = browser.get(f"/files/{file.key}", buffered=True)
    assert answer.data == data
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert re.match("attachment; filename=\".+\"; filename[*]=UTF-8''", answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert (answer.cache_control.private, answer.cache_control.max_age) == (True, 60)
    assert answer.headers["ETag"] == f'"{file.key}"'


def test_a_file_of_a_form_without_script_is_a_link_in_the_post(
    signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic
) -> None:
    sent = [(BytesIO(documents.EXCEL), "見積_2026.xlsx"), (BytesIO(documents.CSV), "部品.csv")]
    address, fields = f"/forums/topics/{topic.id}/posts", {"body": "添えます", "images": sent}
    answer = signed_in(cast.stranger).post(address, data=fields, content_type="multipart/form-data")
    assert answer.status_code == 302
    post = posts_of(topic)[1]
    files = db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id)).all()
    assert [(file.name, file.subject_kind, file.subject_id) for file in files] == [
        ("見積_2026.xlsx", "post", post.id), ("部品.csv", "post", post.id),
    ]  # fmt: skip
    links = BeautifulSoup(post.html, "html.parser").select("a.file")
    assert [(link.text, link["href"]) for link in links] == [
        ("見積_2026.xlsx（Excel・1 KB）", f"/files/{files[0].key}"),
        ("部品.csv（CSV・1 KB）", f"/files/{files[1].key}"),
    ]
    assert client.get(f"/files/{files[0].key}", buffered=True).status_code == 200


def test_a_loose_file_is_its_owners_and_one_in_a_post_its_readers(
    signed_in: SignIn, client: FlaskClient, cast: Cast
) -> None:
    topic = open_topic(make_forum(cast).private, cast.owner)
    file = keep(cast.colleague)

    def who() -> set[str]:
        people = {name: member for name, member in cast.people().items() if name != "suspended"}
        asked = {name: signed_in(member).get(f"/files/{file.key}", buffered=True) for name, member in people.items()}
        return {name for name, answer in asked.items() if answer.status_code == 200}

    assert who() == {"colleague"}
    reply(topic, cast.colleague, f"[見積](/files/{file.key})")
    assert who() == {"owner", "colleague", "company_admin", "community_manager", "cs", "administrator"}
    assert client.get(f"/files/{file.key}").status_code == 404


def test_a_hidden_post_hides_its_files(signed_in: SignIn, client: FlaskClient, cast: Cast, topic: Topic) -> None:
    file = keep(cast.stranger)
    post = reply(topic, cast.stranger, f"[見積.xlsx](/files/{file.key})")
    assert client.get(f"/files/{file.key}", buffered=True).status_code == 200
    with transaction():
        moderation.remove(post, cast.moderator, RemovalReason.SPAM)
    assert client.get(f"/files/{file.key}").status_code == 404
    assert signed_in(cast.third).get(f"/files/{file.key}").status_code == 404
    assert signed_in(cast.moderator).get(f"/files/{file.key}", buffered=True).status_code == 200


def test_a_link_to_a_loose_file_of_somebody_else_attaches_nothing(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    file = keep(cast.owner)
    reply(topic, cast.stranger, f"[見積.xlsx](/files/{file.key})")
    db.session.refresh(file)
    assert (file.subject_kind, file.subject_id) == (None, None)
    assert signed_in(cast.stranger).get(f"/files/{file.key}").status_code == 404


def test_what_is_said_of_a_file_follows_any_words_and_any_brackets(cast: Cast, topic: Topic) -> None:
    file = keep(cast.stranger)
    body = (
        f'[**最新**の表](/files/{file.key} "題") と [もう一度][a] と ![図](/files/{file.key})\n\n[a]: /files/{file.key}'
    )
    html = reply(topic, cast.stranger, body).html
    links = BeautifulSoup(html, "html.parser").select("a.file")
    assert [link.text for link in links] == [f"{words}（Excel・1 KB）" for words in ("最新の表", "もう一度", "図")]
    assert "<img" not in html, "a document is not shown as a picture"


@pytest.mark.one_database
def test_a_link_to_a_picture_is_a_link_as_before(cast: Cast, topic: Topic) -> None:
    html = reply(topic, cast.stranger, f"[図](/files/{'0' * 32}) と [図](https://example.jp/files/{'0' * 32})").html
    assert "file-note" not in html
    assert 'class="file"' not in html


def test_a_file_in_a_draft_is_held_and_a_loose_one_swept(cast: Cast, topic: Topic) -> None:
    loose, attached = keep(cast.stranger), keep(cast.stranger, "見積.pdf")
    reply(topic, cast.stranger, f"[見積](/files/{attached.key})")
    db.session.execute(sa.update(StoredFile).values(created_at=now() - rules.LOOSE_AGE - timedelta(minutes=1)))
    db.session.commit()
    with transaction():
        _, paths = actions.drop_unused(now(), 0)
    assert paths == [queries.path_of(loose)]


@pytest.mark.one_database
def test_size_is_limited_by_the_setting(signed_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(cast.owner)
    monkeypatch.setattr(current_app.config["TSUDOI"], "file_megabytes", 11)
    log = b"0123456789abcde\n" * (1024 * 1024 // 16)
    assert post_whole(browser, log * 11, "app.log").status_code == 201
    for size in (1, 1024 * 1024):  # read and refused; not read at all
        answer = post_whole(browser, log * 11 + b"x" * size, "app.log")
        assert answer.status_code == 413
        assert "11MBまで" in answer.get_json()["message"]


@pytest.mark.one_database
def test_a_small_limit_leaves_pictures_theirs(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.config["TSUDOI"], "file_megabytes", 1)
    assert read_upload(documents.PDF + bytes(1024 * 1024 - len(documents.PDF)), "a.pdf").name == "a.pdf"
    with pytest.raises(rules.TooManyBytesError):
        read_upload(documents.PDF + bytes(1024 * 1024), "a.pdf")


def test_bytes_of_a_day_are_limited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "DOCUMENT_BYTES_A_DAY", 250)
    with transaction():
        first, second = (actions.store_file(cast.owner, _of(100)) for _ in range(2))
    db.session.execute(
        sa.update(StoredFile).where(StoredFile.id == first.id).values(created_at=now() - timedelta(hours=20))
    )
    db.session.commit()
    before = list_files()
    with pytest.raises(TooManyFilesError) as refusal, transaction():
        actions.store_file(cast.owner, _of(100))
    assert refusal.value.wait == pytest.approx(4 * 3600, abs=5)
    assert list_files() == before >= {first.key, second.key}, "what was refused is not left behind"
    with transaction():
        actions.store_file(cast.owner, _of(50))
        actions.store_file(cast.stranger, _of(100))


def list_files() -> set[str]:
    return {path.name for path in queries.folder().glob("??/*")}


def _of(size: int) -> Upload:
    return Upload(bytes(size), "application/octet-stream", Kind.PDF, "a.pdf")


def test_the_database_knows_no_document_without_a_name_and_no_picture_with_one(cast: Cast) -> None:
    plain = {"owner_id": cast.owner.id, "media_type": "x", "size": 1}
    for wrong in (
        {"kind": "pdf", "name": ""}, {"kind": "pdf", "name": "a.pdf", "width": 1, "height": 1},
        {"kind": "picture"}, {"kind": "picture", "width": 1}, {"name": "a.pdf", "width": 1, "height": 1},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction():
            db.session.add(StoredFile(key="0" * 32, **plain, **wrong))


@pytest.mark.one_database
def test_file_dialogs_offer_what_is_taken() -> None:
    template = (ROOT / "templates" / "components" / "composer.html").read_text()
    found = re.search('file_types = "(.+?)"', template)
    assert found is not None
    offered = {each[1:] for each in found[1].split(",") if each.startswith(".")}
    taken = {extension for extensions in EXTENSIONS.values() for extension in extensions}
    assert offered <= taken
    assert not [kind for kind, extensions in EXTENSIONS.items() if not offered & set(extensions)]


@pytest.mark.one_database
def test_who_may_not_take_part_sends_no_file(signed_in: SignIn, cast: Cast) -> None:
    headers = {"X-Requested-With": "fetch"}
    answer = signed_in(cast.prospect).post("/files", data=form(documents.PDF, "a.pdf"), headers=headers)
    assert answer.status_code == 403
