"""A full, closed or damaged disk: guests get pages, writers a sentence and their text, operators the reason."""

import errno
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from community.forums import actions
from community.storage import integrity, space
from models import faults
from models.accounts import Member
from models.base import db
from models.forums import Topic
from tests.cast import Cast, make_cast
from tests.forms.parsing import list_forms, parse
from tests.forums.conftest import forum, make_forum, open_topic, topic
from tests.forums.test_saved_forms import texts_on
from tests.signing_in import client_of
from tests.storage.disks import spoil

__all__ = ["forum", "topic"]

TEXT = "ディスクがいっぱいのときに書いた文です。\n二行めもあります。"
NOT_TAKEN = "書き込めないため、送られた内容を受け取れませんでした"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _nothing_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_met", {})


@pytest.fixture
def in_production(app: Flask) -> Iterator[Flask]:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.config["PROPAGATE_EXCEPTIONS"] = None


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(actions, "post_reply", fail)


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EDQUOT, 507), (errno.EROFS, 503)])
def test_a_writer_on_a_full_disk_reads_so_and_keeps_the_text(
    in_production: Flask, cast: Cast, topic: Topic, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    fail_with(monkeypatch, OSError(number, "no"))
    client, path = client_of(in_production, cast.owner), f"/forums/topics/{topic.id}/posts"
    answer = client.post(path, data={"body": TEXT, "form_key": ""})
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "60")
    assert NOT_TAKEN in answer.text
    assert TEXT in texts_on(answer)
    [form] = [known for known in list_forms(parse(answer.text), path) if known.action == path]
    assert form.fields["body"].value.replace("\r\n", "\n") == TEXT
    said = client.post(path, data={"body": TEXT, "form_key": ""}, headers=JSON)
    assert said.status_code == status
    assert said.json is not None
    assert said.json["error"] == "storage"
    assert NOT_TAKEN in said.json["message"]


def test_a_refused_writer_sends_again_what_is_on_the_page_once_there_is_space(
    in_production: Flask, cast: Cast, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, path = client_of(in_production, cast.owner), f"/forums/topics/{topic.id}/posts"
    with monkeypatch.context() as full:
        fail_with(full, OSError(errno.ENOSPC, "no"))
        answer = client.post(path, data={"body": TEXT, "form_key": "", "topic_state": ["x", "y"]})
    page = parse(answer.text)
    kept = [link for link in page.css(".actions a") if link.text().strip() == "続きを書く"]
    assert TEXT.split("\n", maxsplit=1)[0] in client.get(str(kept[0].attributes["href"])).text  # the draft
    form = next(known for known in page.css("form") if known.attributes["action"] == path)
    fields = [(field.attributes["name"], field.attributes["value"] or "") for field in form.css("input")]
    assert fields[1:] == [("form_key", ""), ("topic_state", "x"), ("topic_state", "y")]
    sent = client.post(path, data=dict(fields))
    assert sent.status_code == 302
    assert "二行めもあります" in client.get(sent.location).text


@pytest.mark.parametrize("fields", [{"password": "himitsu"}, {"proof_password": "himitsu"}, {"code": "123456"}])
def test_no_password_is_written_into_the_page_to_be_sent_again(
    in_production: Flask, cast: Cast, topic: Topic, monkeypatch: pytest.MonkeyPatch, fields: dict[str, str]
) -> None:
    fail_with(monkeypatch, OSError(errno.ENOSPC, "no"))
    path = f"/forums/topics/{topic.id}/posts"
    answer = client_of(in_production, cast.owner).post(path, data={"body": TEXT, "form_key": "", **fields})
    assert answer.status_code == 507
    assert [value for value in fields.values() if value in answer.text] == []
    assert "もう一度送る" not in answer.text


def refuse_writing(app: Flask, database: str) -> None:
    """Every connection from now on, by the database itself."""
    statement = "PRAGMA query_only=ON" if database == "sqlite" else "SET default_transaction_read_only = on"
    with app.app_context():
        engine = db.engine

    def close(connection: Any, *_: object) -> None:  # noqa: ANN401  a DBAPI connection
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        if database != "sqlite":
            connection.commit()

    event.listen(engine, "connect", close)
    engine.dispose()


def test_a_database_that_takes_nothing_still_shows_everything(make_app: Callable[..., Flask], database: str) -> None:
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client, path = somebody_in_a_topic(app)
    refuse_writing(app, database)
    for page in (path, "/", "/forums"):
        assert client.get(page).status_code == 200, page
    answer = client.post(f"{path}/posts", data={"body": TEXT, "form_key": ""})
    assert answer.status_code == 503
    assert NOT_TAKEN in answer.text
    assert TEXT in texts_on(answer)
    ready = app.test_client().get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"status": "read-only"})


def somebody_in_a_topic(app: Flask) -> tuple[FlaskClient, str]:
    with app.app_context():
        cast = make_cast(db.session)
        topic = open_topic(make_forum(cast).members, cast.owner)
        db.session.commit()
        client = client_of(app, db.session.get_one(Member, cast.owner.id))
        path = f"/forums/topics/{topic.id}"
        db.session.remove()
    return client, path


def spoil_database(app: Flask, *, beginning: bool = False) -> None:
    """The file of an application whose connections are closed; its log is in it."""
    with app.app_context():
        path = Path(str(db.engine.url.database))
        with db.engine.connect() as connection:
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    spoil(path, beginning=beginning)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("beginning", [True, False])
@pytest.mark.parametrize(("language", "sentence"), [("ja", "保存してある内容を読み出せませんでした"), ("en", "<h1>")])
def test_a_damaged_database_has_a_page_of_ours_and_the_probe_says_it(
    make_app: Callable[..., Flask], language: str, sentence: str, *, beginning: bool
) -> None:
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client, path = somebody_in_a_topic(app)
    spoil_database(app, beginning=beginning)
    client.set_cookie("locale", language)
    answer = client.get(path)
    assert answer.status_code == 503
    assert sentence in answer.text
    assert f'<html lang="{language}"' in answer.text
    sent = client.post(f"{path}/posts", data={"body": TEXT, "form_key": ""})
    assert sent.status_code == 503
    assert TEXT in texts_on(sent)
    ready = app.test_client().get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"status": "database damaged"})
    assert app.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_probe_finds_damage_that_nobody_has_met_and_asks_the_disk_seldom(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []

    def find(path: Path, *, thoroughly: bool) -> list[str]:
        assert not thoroughly  # no statement has met any
        looks.append(path)
        return ["Tree 7 page 9: rubbish"]

    monkeypatch.setattr(integrity, "find_damage", find)
    client = make_app().test_client()
    deadline = time.monotonic() + 30
    while client.get("/readyz").json != {"status": "database damaged"}:
        assert time.monotonic() < deadline
    for _ in range(3):
        assert client.get("/readyz").status_code == 503
    assert len(looks) == 1


def test_the_probe_says_when_space_runs_out(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/readyz").json == {"status": "ok"}
    monkeypatch.setattr(space, "count_free_bytes", lambda _: 5 * 1024**2 + 1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "no space", "free_mb": 5})


@pytest.mark.parametrize("database", ["postgresql"])
def test_of_a_full_disk_elsewhere_the_probe_knows_what_was_refused(client: FlaskClient) -> None:
    faults.note(faults.Fault.FULL)
    assert client.get("/readyz").status_code == 503
    faults.forget(faults.Fault.FULL)
    assert client.get("/readyz").status_code == 200
