"""Pictures that belong to somebody."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.files import visibility
from community.files import actions
from models.accounts import Member
from models.base import db
from models.files import StoredImage
from tests.cast import Cast
from tests.files import samples


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Member], FlaskClient]:
    """A browser in which this person is signed in."""

    def sign_in(member: Member) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            session.update({"_user_id": member.get_id(), "_fresh": True})
        return client

    return sign_in


@pytest.fixture
def loose(cast: Cast) -> StoredImage:
    """A picture of the owner's that hangs on nothing yet."""
    image = actions.store_image(cast.owner, samples.picture())
    db.session.commit()
    return image


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> dict[str, visibility.MaySee]:
    """What rooms have registered, only for this test."""
    registered: dict[str, visibility.MaySee] = {}
    monkeypatch.setattr(visibility, "_may_see", registered)
    return registered
