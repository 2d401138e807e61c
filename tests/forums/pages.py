"""What tests of the forum's pages have in common."""

import io
from collections.abc import Callable

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from PIL import Image

from models.accounts import Member
from models.base import db
from models.forums import Post, Topic

SignIn = Callable[[Member], FlaskClient]


def posts_of(topic: Topic) -> list[Post]:
    return list(db.session.scalars(sa.select(Post).where(Post.topic_id == topic.id).order_by(Post.position)))


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "html.parser")


def status(client: FlaskClient, path: str) -> int:
    """Of an answer that may be a file, which has to be closed."""
    with client.get(path) as answer:
        return answer.status_code


def picture(size: tuple[int, int] = (60, 40)) -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", size, "red").save(data, "PNG")
    data.seek(0)
    return data


def text_of(read: BeautifulSoup, selector: str) -> str:
    """What the first such element says; it must be there."""
    found = read.select_one(selector)
    assert found is not None
    return found.text
