"""Pictures sent with the form itself, by browsers that run no script: the same sentences as for scripts."""

from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models.accounts import Member
from models.base import db
from models.files import StoredFile
from models.forums import Topic
from tests.cast import Cast
from tests.files import samples
from tests.forums.pages import posts_of

SignIn = Callable[[Member], FlaskClient]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("heic", "HEIC形式の写真は表示できません"),
        ("mov", "動画や音声は"),
        ("nothing", "ファイルが空です"),
    ],
)
def test_a_wrong_file_says_why_without_script(
    signed_in: SignIn, cast: Cast, topic: Topic, name: str, words: str
) -> None:
    fields = {"body": "大事な文", "images": [(BytesIO(samples.NOT_PICTURES[name]), "写真.jpg")]}
    address = f"/forums/topics/{topic.id}/posts"
    answer = signed_in(cast.stranger).post(address, data=fields, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert words in answer.text
    assert "大事な文" in answer.text
    assert len(posts_of(topic)) == 1


def test_a_long_picture_without_script_opens_itself_from_the_post(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    fields = {"body": "画面です", "images": [(BytesIO(samples.picture(size=(400, 12_000))), "画面.png")]}
    address = f"/forums/topics/{topic.id}/posts"
    signed_in(cast.stranger).post(address, data=fields, content_type="multipart/form-data")
    image = db.session.scalars(sa.select(StoredFile)).one()
    html = posts_of(topic)[1].html
    assert (image.width, image.height) == (400, 12_000)
    assert f'<a href="/files/{image.key}"' in html
    assert 'class="tall"' in html
    assert 'width="400"' in html
    assert 'height="12000"' in html
