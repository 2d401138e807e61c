"""How many pictures one person may keep, by whatever form they come; and what becomes of those that nobody uses."""

import os
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from community.files import actions, blob_store, giving_up, queries, rules, tasks
from community.files.rules import FileRefusedError, TooManyFilesError
from community.forums import drafts
from community.forums.drafts import Writing
from community.room import Hold, Room, Rooms, current_rooms, set_rooms
from community.rooms import ROOMS
from models.accounts import Member
from models.base import db, now, transaction
from models.files import StoredFile
from models.forums import Draft, Topic
from tests.cast import Cast, make_cast
from tests.files import samples
from tests.forums.conftest import make_forum, open_topic
from tests.forums.test_at_once import at_once

SignIn = Callable[[Member], FlaskClient]
LONG_AGO = rules.LOOSE_AGE + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(actions, "folder", lambda: tmp_path)
    monkeypatch.setattr(queries, "folder", lambda: tmp_path)
    monkeypatch.setattr(giving_up, "folder", lambda: tmp_path)


@pytest.fixture
def topic(cast: Cast) -> Topic:
    return open_topic(make_forum(cast).public, cast.owner)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test reaches quickly."""
    monkeypatch.setattr(actions, "UPLOADS_A_DAY", 3)
    monkeypatch.setattr(giving_up, "MAX_LOOSE", 3)


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) or 0


def files_below(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/*")}


def keys() -> set[str]:
    return set(db.session.scalars(sa.select(StoredFile.key)))


def form_with(number: int, **fields: object) -> dict[str, object]:
    """A reply's form with one picture of its own, as browsers without scripts send it."""
    picture = (BytesIO(samples.picture(size=(40 + number, 30))), "画面.png")
    return {"body": "画面です", "form_key": str(uuid4()), "images": [picture], **fields}


def send(client: FlaskClient, topic: Topic, number: int, **fields: object) -> int:
    path = f"/forums/topics/{topic.id}/posts"
    data = form_with(number, **fields)
    return client.post(path, data=data, content_type="multipart/form-data").status_code


@pytest.mark.usefixtures("few")
def test_pictures_of_refused_forms_count_towards_the_limit(
    signed_in: SignIn, cast: Cast, topic: Topic, tmp_path: Path
) -> None:
    browser, path = signed_in(cast.stranger), f"/forums/topics/{topic.id}/posts"
    for n in range(5):
        good, bad = samples.picture(size=(40 + n, 30)), samples.NOT_PICTURES["mov"]
        both = {"body": "画面です", "images": [(BytesIO(good), "画面.png"), (BytesIO(bad), "画面.mov")]}
        answer = browser.post(path, data=both, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert ("動画" if n < 2 else "300個まで") in answer.text
        assert "画面です" in answer.text
    assert files_below(tmp_path) == keys()
    assert len(keys()) == 3
    assert send(browser, topic, 9) == 422


@pytest.mark.usefixtures("few")
def test_pictures_by_every_form_count_together(signed_in: SignIn, cast: Cast, topic: Topic, tmp_path: Path) -> None:
    browser = signed_in(cast.stranger)
    upload = {"file": (BytesIO(samples.picture()), "画面.png")}
    assert browser.post("/files", data=upload).status_code == 201
    assert [send(browser, topic, n) for n in range(2)] == [302, 302]
    assert send(browser, topic, 2) == 422
    refused = browser.post("/files", data={"file": (BytesIO(samples.picture()), "画面.png")})
    assert (refused.status_code, refused.json and refused.json["error"]) == (429, "bad_file")
    assert 86_000 < int(refused.headers["Retry-After"]) <= 86_401
    assert "300個" in refused.get_json()["message"]
    assert files_below(tmp_path) == keys()
    assert len(keys()) == 3
    # Another person, and tomorrow.
    assert send(signed_in(cast.third), topic, 3) == 302
    db.session.execute(sa.update(StoredFile).values(created_at=now() - rules.A_DAY))
    assert send(browser, topic, 4) == 302


def test_loose_pictures_have_a_limit_of_their_own(
    signed_in: SignIn, cast: Cast, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving_up, "MAX_LOOSE", 2)
    with transaction():
        images = [actions.store_file(cast.stranger, samples.upload(size=(40 + n, 30))) for n in range(2)]
    with pytest.raises(TooManyFilesError), transaction():
        actions.store_file(cast.stranger, samples.upload())
    with transaction():
        actions.attach([images[0].key], cast.stranger, topic)
    with transaction():
        actions.store_file(cast.stranger, samples.upload())


@pytest.mark.usefixtures("few")
def test_the_same_picture_of_the_same_form_counts_once(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    browser, key = signed_in(cast.stranger), str(uuid4())
    for _ in range(5):
        send(browser, topic, 1, form_key=key)
    assert count() == 1


def test_uploads_at_once_do_not_exceed_the_limit(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(actions, "UPLOADS_A_DAY", 3)
    app = make_app()
    with app.app_context(), transaction():
        owner_id = make_cast(db.session).owner.id

    def upload(number: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    owner = db.session.get_one(Member, owner_id)
                    actions.store_file(owner, samples.upload(size=(40 + number, 30)))
            except FileRefusedError:
                return False
            return True

    assert sum(map(bool, at_once(8, upload))) == 3
    with app.app_context():
        assert count() == 3
        assert files_below(tmp_path) == keys()


def test_the_same_form_sent_twice_at_once_keeps_its_picture_once(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    app, key = make_app(), "c0ffee" + "0" * 26
    with app.app_context(), transaction():
        owner_id = make_cast(db.session).owner.id

    def upload(_: int) -> str:
        with app.app_context(), transaction():
            return actions.store_file(db.session.get_one(Member, owner_id), samples.upload(), key).key

    assert at_once(4, upload) == [key] * 4
    with app.app_context():
        assert (count(), files_below(tmp_path)) == (1, {key})


# --- swept


def age(*images: StoredFile, by: timedelta = LONG_AGO) -> None:
    ids = [image.id for image in images]
    db.session.execute(sa.update(StoredFile).where(StoredFile.id.in_(ids)).values(created_at=now() - by))
    db.session.commit()


def kept(owner: Member, number: int) -> StoredFile:
    return actions.store_file(owner, samples.upload(size=(40 + number, 30)))


def test_pictures_of_forms_never_sent_are_swept_with_row_and_file(cast: Cast, topic: Topic, tmp_path: Path) -> None:
    unsent, fresh, hung = (kept(cast.owner, n) for n in range(3))
    actions.attach([hung.key], cast.owner, topic)
    age(unsent, hung)
    age(fresh, by=rules.LOOSE_AGE - timedelta(hours=1))
    tasks.sweep()
    assert keys() == files_below(tmp_path) == {fresh.key, hung.key}
    tasks.sweep()
    assert keys() == {fresh.key, hung.key}


def test_a_picture_in_a_draft_stays_until_the_draft_goes(cast: Cast, tmp_path: Path) -> None:
    image, other = kept(cast.owner, 1), kept(cast.owner, 2)
    draft, _ = drafts.save(cast.owner, Writing("new", f"途中\n\n![画面](/files/{image.key})", title="題"))
    age(image, other)
    tasks.sweep()
    assert keys() == files_below(tmp_path) == {image.key}
    drafts.discard(draft)  # it can still be restored
    tasks.sweep()
    assert keys() == {image.key}
    db.session.execute(sa.update(Draft).values(discarded_at=now() - timedelta(days=2)))
    drafts.forget_discarded()
    tasks.sweep()
    assert keys() == files_below(tmp_path) == set()


def test_where_nobody_says_what_is_needed_nothing_is_swept(
    app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "rooms", Rooms((Room("silent"),)))
    image = kept(cast.owner, 1)
    age(image)
    tasks.sweep()
    assert keys() == files_below(tmp_path) == {image.key}


def test_any_room_may_need_pictures(app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed, given_up, loose = (kept(cast.owner, n) for n in (1, 2, 3))
    for image in (needed, given_up, loose):
        age(image)
    monkeypatch.setitem(app.extensions, "rooms", current_rooms())
    one = Room("one", find_held_files=lambda _, owners: {needed.key: Hold.GIVEN_UP} if owners else {})
    other = Room("other", find_held_files=lambda keys, _: {key: Hold.GIVEN_UP for key in keys if key != loose.key})
    set_rooms(app, (*ROOMS, one, other))
    tasks.sweep()
    assert keys() == files_below(tmp_path) == {needed.key, given_up.key}
    set_rooms(app, (*ROOMS, one))
    tasks.sweep()
    assert keys() == {needed.key}


def test_a_process_that_dies_between_row_and_file_leaves_what_the_next_sweep_finds(cast: Cast, tmp_path: Path) -> None:
    image = kept(cast.owner, 1)
    age(image)
    with transaction():
        _, paths = actions.drop_unused(now(), 0)
    assert [path.name for path in paths] == [image.key]  # and here it dies
    assert (keys(), files_below(tmp_path)) == (set(), {image.key})
    long_ago = (now() - rules.ORPHAN_AGE - timedelta(minutes=1)).timestamp()
    os.utime(paths[0], (long_ago, long_ago))
    tasks.sweep()
    assert files_below(tmp_path) == set()


def test_a_rolled_back_upload_leaves_a_file_that_is_swept(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), transaction():
        kept(cast.owner, 1)
        raise RuntimeError
    long_ago = (now() - timedelta(hours=2)).timestamp()
    [left] = files_below(tmp_path)
    os.utime(blob_store.path_of(tmp_path, left), (long_ago, long_ago))
    tasks.sweep()
    assert (keys(), files_below(tmp_path)) == (set(), set())


def test_many_chunks_are_swept_and_what_is_held_does_not_stop_it(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [kept(cast.owner, n) for n in range(3)]
    loose = [kept(cast.owner, n) for n in range(3, 6)]
    drafts.save(cast.owner, Writing("new", " ".join(f"![](/files/{image.key})" for image in held), title="題"))
    age(*held, *loose)
    drop = actions.drop_unused
    monkeypatch.setattr(actions, "drop_unused", lambda at, after: drop(at, after, 2))
    tasks.sweep()
    assert keys() == files_below(tmp_path) == {image.key for image in held}
