"""Uploading and seeing, for everybody who might try."""

from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import lazy_gettext as _l
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from community.files import actions, queries
from community.files.rules import MAX_BYTES
from community.room import Room, Rooms, Thing, ThingKind
from models.accounts import Member
from models.base import db
from models.files import StoredFile
from tests.cast import Cast, make_cast
from tests.files import samples
from tests.signing_in import session_of

SignIn = Callable[[Member], FlaskClient]
MAX_FILE_BYTES = 20 * 1024 * 1024  # the setting's default


def see(client: FlaskClient, key: str) -> TestResponse:
    """What the address answers, read to its end."""
    return client.get(f"/files/{key}", buffered=True)


def form(data: bytes, name: str = "画面.png") -> dict[str, tuple[BytesIO, str]]:
    return {"file": (BytesIO(data), name)}


def test_upload_answers_address_and_markdown(signed_in: SignIn, cast: Cast) -> None:
    answer = signed_in(cast.owner).post("/files", data=form(samples.picture()))
    image = db.session.scalars(sa.select(StoredFile)).one()
    assert answer.status_code == 201
    assert answer.json == {
        "url": f"/files/{image.key}",
        "markdown": f"![画面](/files/{image.key})",
        "width": 40,
        "height": 30,
    }
    assert image.owner_id == cast.owner.id


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["nothing", "svg", "png cut", "text bomb"])
def test_a_bad_picture_gets_a_sentence_and_nothing_is_kept(signed_in: SignIn, cast: Cast, name: str) -> None:
    data = {**samples.NOT_PICTURES, **samples.BROKEN}[name]
    answer = signed_in(cast.owner).post("/files", data=form(data, "本物.png"))
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["message"].endswith("もう一度選んでください。") or "選んでください" in answer.json["message"]
    assert db.session.scalars(sa.select(StoredFile)).all() == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "words"),
    [("heic", "HEIC形式"), ("mail of Outlook", "Outlookの"), ("rar", "ZIPで圧縮"), ("mov", "動画")],
)
def test_a_wrong_file_says_why_whatever_it_is_called(signed_in: SignIn, cast: Cast, name: str, words: str) -> None:
    answer = signed_in(cast.owner).post("/files", data=form(samples.NOT_PICTURES[name], "写真.jpg"))
    assert (answer.status_code, answer.json and answer.json["error"]) == (422, "bad_file")
    assert answer.json is not None
    assert words in answer.json["message"]


@pytest.mark.one_database
def test_a_long_picture_is_given_out_as_what_it_is(signed_in: SignIn, cast: Cast) -> None:
    owner = signed_in(cast.owner)
    made = owner.post("/files", data=form(samples.picture(size=(400, 20_000)))).json
    assert made is not None
    assert (made["width"], made["height"]) == (400, 20_000)
    answer = owner.get(made["url"], buffered=True)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].endswith(".png")


@pytest.mark.one_database
def test_an_animation_is_kept_as_one(signed_in: SignIn, cast: Cast) -> None:
    owner = signed_in(cast.owner)
    made = owner.post("/files", data=form(samples.animation(duration=100))).json
    assert made is not None
    assert getattr(Image.open(BytesIO(see(owner, made["url"][-32:]).data)), "n_frames", 1) == 3


def post_large(client: FlaskClient, size: int) -> TestResponse:
    """Send something that begins like a picture."""
    return post_whole(client, b"\x89PNG" + b"\x00" * size, "画面.png")


def post_whole(client: FlaskClient, data: bytes, name: str) -> TestResponse:
    """As `client.post(data=form(…))`, without the temporary file that the test client would leave open."""
    stream, _, boundary = stream_encode_multipart({"file": FileStorage(BytesIO(data), name)}, use_tempfile=False)
    return client.post("/files", data=stream.read(), content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.one_database
@pytest.mark.parametrize("size", [MAX_BYTES, MAX_BYTES + 1024 * 1024, MAX_FILE_BYTES + 1024 * 1024])
def test_too_many_bytes_are_answered_413_in_json(signed_in: SignIn, cast: Cast, size: int) -> None:
    answer = post_large(signed_in(cast.owner), size)
    assert answer.status_code == 413
    assert answer.json is not None
    assert "10MB" in answer.json["message"]


@pytest.mark.one_database
def test_the_size_is_checked_before_the_token_and_the_token_before_the_picture(
    signed_in: SignIn, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert post_large(signed_in(cast.owner), MAX_FILE_BYTES + 1024 * 1024).status_code == 413
    headers = {"X-Requested-With": "fetch"}
    assert signed_in(cast.owner).post("/files", data=form(samples.picture()), headers=headers).status_code == 400


@pytest.mark.one_database
def test_without_a_file_it_says_so(signed_in: SignIn, cast: Cast) -> None:
    browser = signed_in(cast.owner)
    for data in ({}, {"file": "text"}, {"file": (BytesIO(b""), "")}):
        answer = browser.post("/files", data=data)
        told = {"error": "bad_file", "message": "ファイルが選ばれていません。"}
        assert (answer.status_code, answer.json) == (422, told)


def test_who_may_upload(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    headers = {"X-Requested-With": "fetch"}
    codes = {
        name: signed_in(member).post("/files", data=form(samples.picture()), headers=headers).status_code
        for name, member in cast.people().items()
    }
    refused = {"prospect": 403, "suspended": 401}
    assert codes == {name: refused.get(name, 201) for name in codes}
    assert client.post("/files", data=form(samples.picture()), headers=headers).status_code == 401


def test_uploads_are_counted_for_each_person(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limits=True)
    with app.app_context():
        cast = make_cast(db.session)
        db.session.commit()
        user_ids = [session_of(cast.owner), session_of(cast.stranger)]
    browsers = [app.test_client(), app.test_client()]
    for browser, user_id in zip(browsers, user_ids, strict=True):
        with browser.session_transaction() as session:
            session.update({"_user_id": user_id, "_fresh": True})
    codes = [browsers[0].post("/files", data=form(samples.SVG)).status_code for _ in range(20)]
    last = browsers[0].post("/files", data=form(samples.SVG))
    assert (codes, last.status_code) == ([422] * 20, 429)
    assert last.json is not None
    seconds = last.json["retry_after"]
    assert 1 <= seconds <= 60
    assert last.headers["Retry-After"] == str(seconds)
    assert f"{seconds}秒たってから" in last.json["message"] or seconds == 60
    assert browsers[1].post("/files", data=form(samples.SVG)).status_code == 422


def test_a_loose_picture_is_seen_by_its_owner_only(
    client: FlaskClient, signed_in: SignIn, cast: Cast, loose: StoredFile
) -> None:
    url = f"/files/{loose.key}"
    codes = {name: signed_in(member).get(url, buffered=True).status_code for name, member in cast.people().items()}
    assert codes == {name: 200 if name == "owner" else 404 for name in codes}
    assert client.get(url).status_code == 404


def test_a_hung_picture_is_seen_by_whom_its_room_lets_see(
    app: Flask,
    client: FlaskClient,
    signed_in: SignIn,
    cast: Cast,
    loose: StoredFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def colleagues_only(member: Member | None, subject_id: int) -> bool:
        asked.append(subject_id)
        return member is not None and member.account is not None and member.account.id == cast.a.id

    kind: ThingKind[int, Member | None] = ThingKind(
        name="account",
        label=_l("会社"),
        icon="building",
        load=lambda ids: {id_: id_ for id_ in ids},
        describe=lambda id_: Thing("account", id_, "", ""),
        viewer=lambda member: member,
        viewers=lambda members: {member.id: member for member in members},
        can_see=colleagues_only,
    )
    monkeypatch.setitem(app.extensions, "rooms", Rooms((Room("made-up", things=(kind,)),)))
    actions.attach([loose.key], cast.owner, cast.b)
    url = f"/files/{loose.key}"
    codes = {name: signed_in(member).get(url, buffered=True).status_code for name, member in cast.people().items()}
    assert codes == {name: 200 if name in {"owner", "colleague", "company_admin"} else 404 for name in codes}
    assert client.get(url).status_code == 404
    assert set(asked) == {cast.b.id}


def test_a_picture_on_something_nobody_answers_for_is_seen_by_nobody(
    app: Flask, signed_in: SignIn, cast: Cast, loose: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.attach([loose.key], cast.owner, cast.b)
    monkeypatch.setitem(app.extensions, "rooms", Rooms())
    assert see(signed_in(cast.owner), loose.key).status_code == 404


@pytest.mark.one_database
def test_a_picture_travels_with_headers_that_keep_it_a_picture(
    signed_in: SignIn, cast: Cast, loose: StoredFile
) -> None:
    answer = see(signed_in(cast.owner), loose.key)
    assert answer.data == queries.path_of(loose).read_bytes()
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.cache_control.private
    assert not answer.cache_control.public
    assert answer.cache_control.max_age == 60
    assert answer.headers["ETag"] == f'"{loose.key}"'


@pytest.mark.one_database
def test_the_etag_spares_the_bytes_but_never_the_question(
    client: FlaskClient, signed_in: SignIn, cast: Cast, loose: StoredFile
) -> None:
    known = {"If-None-Match": f'"{loose.key}"'}
    assert signed_in(cast.owner).get(f"/files/{loose.key}", headers=known).status_code == 304
    assert client.get(f"/files/{loose.key}", headers=known).status_code == 404


def test_a_picture_whose_bytes_are_gone_is_not_found(signed_in: SignIn, cast: Cast, loose: StoredFile) -> None:
    queries.path_of(loose).unlink()
    assert see(signed_in(cast.owner), loose.key).status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize("key", ["0" * 32, "..%2f..%2fetc%2fpasswd", "a", "%00", "favicon.ico"])
def test_other_addresses_are_not_found(signed_in: SignIn, cast: Cast, key: str) -> None:
    assert signed_in(cast.owner).get(f"/files/{key}").status_code == 404
