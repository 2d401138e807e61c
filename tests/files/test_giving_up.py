"""At the limit of loose pictures, what nobody is writing with makes place; what is needed stays."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.files import actions, giving_up, queries, rules, tasks
from community.files.rules import TooManyFilesError
from community.forums import drafts
from community.forums.drafts import Writing
from models.accounts import Member
from models.base import db, now, transaction
from models.files import StoredFile
from models.forums import Draft
from tests.cast import Cast, make_cast
from tests.files import samples
from tests.forums.conftest import make_forum, open_topic
from tests.forums.test_at_once import at_once

SignIn = Callable[[Member], FlaskClient]
NO_LONGER_YOUNG = rules.LOOSE_YOUNG + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in (actions, queries, giving_up):
        monkeypatch.setattr(module, "folder", lambda: tmp_path)
    monkeypatch.setattr(giving_up, "MAX_LOOSE", 3)


@pytest.fixture
def three(cast: Cast) -> list[StoredFile]:
    """As many loose pictures of the stranger as there may be, all fresh."""
    with transaction():
        return [kept(cast.stranger, n) for n in range(3)]


def kept(owner: Member, number: int) -> StoredFile:
    return actions.store_file(owner, samples.upload(size=(40 + number, 30)))


def age(*images: StoredFile, by: timedelta = NO_LONGER_YOUNG) -> None:
    for n, image in enumerate(images):
        at = now() - by + timedelta(seconds=n)
        db.session.execute(sa.update(StoredFile).where(StoredFile.id == image.id).values(created_at=at))
    db.session.commit()


def draft_with(writer: Member, *images: StoredFile) -> Draft:
    shown = " ".join(f"![画面](/files/{image.key})" for image in images)
    return drafts.save(writer, Writing("new", f"途中\n\n{shown}", title="件名", form_key=str(uuid4())))[0]


def upload(browser: FlaskClient, number: int = 9) -> TestResponse:
    return browser.post("/files", data={"file": (BytesIO(samples.picture(size=(40 + number, 30))), "画面.png")})


def loose_of(owner: Member) -> set[str]:
    return {picture.key for picture in queries.list_loose(owner.id)}


def files_below(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/*")}


def test_the_oldest_loose_picture_that_no_draft_names_makes_place(
    signed_in: SignIn, cast: Cast, three: list[StoredFile], tmp_path: Path
) -> None:
    first, second, third = (image.key for image in three)
    draft_with(cast.stranger, three[0])
    age(*three)
    assert upload(signed_in(cast.stranger)).status_code == 201
    left = loose_of(cast.stranger)
    assert len(left) == 3
    assert left >= {first, third}
    assert second not in left
    assert files_below(tmp_path) == left
    assert upload(signed_in(cast.stranger), 10).status_code == 201
    assert files_below(tmp_path) == loose_of(cast.stranger) >= {first}


@pytest.mark.usefixtures("three")
def test_fresh_pictures_that_no_draft_names_yet_stay_and_the_refusal_says_for_how_long(
    signed_in: SignIn, cast: Cast, tmp_path: Path
) -> None:
    before = loose_of(cast.stranger)
    refused = upload(signed_in(cast.stranger))
    assert refused.status_code == 429
    assert 3500 < int(refused.headers["Retry-After"]) <= 3601
    assert "60分たつと" in refused.get_json()["message"]
    assert "破棄すると" in refused.get_json()["message"]
    assert files_below(tmp_path) == loose_of(cast.stranger) == before
    # Another person has a limit of their own; and after the time that was said it is so.
    assert upload(signed_in(cast.third)).status_code == 201
    said = timedelta(seconds=int(refused.headers["Retry-After"]))
    age(*db.session.scalars(sa.select(StoredFile).where(StoredFile.owner_id == cast.stranger.id)), by=said)
    assert upload(signed_in(cast.stranger)).status_code == 201


def test_a_deleted_draft_frees_its_pictures_at_once(
    signed_in: SignIn, cast: Cast, three: list[StoredFile], tmp_path: Path
) -> None:
    browser = signed_in(cast.stranger)
    deleted = draft_with(cast.stranger, three[1])
    draft_with(cast.stranger, three[0], three[2])
    refused = upload(browser)
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, False)
    assert "下書きを破棄すると、すぐに" in refused.get_json()["message"]
    freed = three[1].key
    assert browser.post(f"/forums/drafts/{deleted.id}/discard").status_code == 302
    with browser.get(f"/files/{freed}") as shown:
        assert shown.status_code == 200  # 元に戻す brings it back, until its place is needed
    assert upload(browser).status_code == 201
    assert files_below(tmp_path) == loose_of(cast.stranger) >= {three[0].key, three[2].key}
    assert freed not in loose_of(cast.stranger)
    assert browser.get(f"/files/{freed}").status_code == 404


def test_a_picture_in_a_deleted_draft_and_in_a_kept_one_stays(
    signed_in: SignIn, cast: Cast, three: list[StoredFile]
) -> None:
    drafts.discard(draft_with(cast.stranger, three[0]))
    draft_with(cast.stranger, *three)
    drafts.discard(draft_with(cast.stranger, three[0], three[1]))
    assert upload(signed_in(cast.stranger)).status_code == 429
    assert loose_of(cast.stranger) == {image.key for image in three}


def test_drafts_of_others_hold_nothing(signed_in: SignIn, cast: Cast, three: list[StoredFile]) -> None:
    draft_with(cast.third, *three)
    age(*three)
    assert upload(signed_in(cast.stranger)).status_code == 201


def test_pictures_from_before_the_clock_was_set_back_make_place(
    signed_in: SignIn, cast: Cast, three: list[StoredFile]
) -> None:
    age(*three, by=-timedelta(hours=2))
    assert upload(signed_in(cast.stranger)).status_code == 201


def test_what_made_place_still_counts_towards_the_day(
    signed_in: SignIn, cast: Cast, three: list[StoredFile], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(actions, "UPLOADS_A_DAY", 5)
    age(*three)
    browser = signed_in(cast.stranger)
    assert [upload(browser, n).status_code for n in range(10, 14)] == [201, 201, 429, 429]
    assert len(files_below(tmp_path)) == len(loose_of(cast.stranger)) == 3
    age(*db.session.scalars(sa.select(StoredFile)), by=rules.LOOSE_AGE + timedelta(minutes=1))
    tasks.sweep()
    assert db.session.scalars(sa.select(StoredFile)).all() == []
    assert files_below(tmp_path) == set()


def test_a_form_without_script_whose_pictures_have_no_place_says_so(
    signed_in: SignIn, cast: Cast, three: list[StoredFile]
) -> None:
    draft_with(cast.stranger, *three)
    topic = open_topic(make_forum(cast).public, cast.owner)
    fields = {"body": "画面です", "form_key": str(uuid4()), "images": [(BytesIO(samples.picture()), "画面.png")]}
    path = f"/forums/topics/{topic.id}/posts"
    answer = signed_in(cast.stranger).post(path, data=fields, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "いらない下書きを破棄すると" in answer.text
    assert "画面です" in answer.text


def test_uploads_at_once_at_the_limit_keep_to_it(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    app = make_app()
    with app.app_context(), transaction():
        owner_id = make_cast(db.session).owner.id
    with app.app_context():
        with transaction():
            old = [kept(db.session.get_one(Member, owner_id), n) for n in range(3)]
        age(*old)

    def upload_one(number: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    kept(db.session.get_one(Member, owner_id), 10 + number)
            except TooManyFilesError:
                return False
            return True

    assert sum(map(bool, at_once(8, upload_one))) == 3
    with app.app_context():
        left = {picture.key for picture in queries.list_loose(owner_id)}
        assert (len(left), files_below(tmp_path)) == (3, left)
