"""Pictures that belong to somebody."""

import pytest

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
