"""Pictures that belong to somebody."""

import pytest

from community.files import actions
from models.base import db
from models.files import StoredFile
from tests.cast import Cast
from tests.files import samples


@pytest.fixture
def loose(cast: Cast) -> StoredFile:
    """A picture of the owner's that hangs on nothing yet."""
    image = actions.store_file(cast.owner, samples.upload())
    db.session.commit()
    return image
