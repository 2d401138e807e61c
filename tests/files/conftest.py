"""Pictures that belong to somebody."""

import pytest

from blueprints.files import visibility
from community.files import actions
from models.base import db
from models.files import StoredImage
from tests.cast import Cast
from tests.files import samples


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
