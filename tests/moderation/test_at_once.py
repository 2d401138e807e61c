"""Authors and moderators at once: what was judged before the lock is judged again behind it.

On PostgreSQL: SQLite lets one request write after the other.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from community.forums import actions as forums
from community.moderation import actions
from models.accounts import Member
from models.base import db, transaction
from models.forums import Post
from models.moderation import Removal, RemovalReason
from tests.cast import make_cast
from tests.forums.conftest import make_forum, open_topic
from tests.signing_in import client_of

pytestmark = pytest.mark.parametrize("database", ["postgresql"])


@dataclass
class Scene:
    """A reply of the author's, and what others do while a request stands before its lock."""

    app: Flask
    post_id: int
    author: FlaskClient
    moderator: FlaskClient
    ids: dict[str, int]
    monkeypatch: pytest.MonkeyPatch

    def before_the_lock(self, *acts: Callable[[Post], object]) -> None:
        """Let the next request wait before its lock until others have done this, each in a transaction of theirs."""
        lock = actions.lock

        def wait(item: actions.Item) -> Removal | None:
            self.monkeypatch.setattr(actions, "lock", lock)
            for act in acts:
                thread = threading.Thread(target=self._do, args=(act,))
                thread.start()
                thread.join()
            return lock(item)

        self.monkeypatch.setattr(actions, "lock", wait)

    def _do(self, act: Callable[[Post], object]) -> None:
        with self.app.app_context(), transaction():
            act(db.session.get_one(Post, self.post_id))

    def remove(self, post: Post) -> object:
        """Another moderator than the one who presses."""
        return actions.remove(post, self._get("administrator"), RemovalReason.HARASSMENT, "ひどい言葉です")

    def take_back(self, post: Post) -> object:
        return actions.remove(post, self._get("stranger"), RemovalReason.AUTHOR)

    def restore(self, post: Post) -> object:
        return actions.restore(post, self._get("stranger"))

    def _get(self, who: str) -> Member:
        return db.session.get_one(Member, self.ids[who])

    def press(self, client: FlaskClient, what: str, **form: str) -> int:
        return client.post(f"/moderation/post/{self.post_id}/{what}", data=form).status_code

    def open_reason(self) -> RemovalReason | None:
        with self.app.app_context():
            is_hidden = db.session.get_one(Post, self.post_id).hidden_at is not None
            reason = db.session.scalar(sa.select(Removal.reason).where(Removal.restored_at.is_(None)))
            assert is_hidden == (reason is not None)
            return reason


@pytest.fixture
def scene(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Scene:
    app = make_app()
    with app.app_context():
        with transaction():
            cast = make_cast(db.session)
            topic = open_topic(make_forum(cast).public, cast.owner)
            post_id = forums.post_reply(topic, cast.stranger, "ひどい言葉").id
        ids = {name: member.id for name, member in cast.people().items()}
        return Scene(app, post_id, client_of(app, cast.stranger), client_of(app, cast.moderator), ids, monkeypatch)


def test_an_author_who_restores_does_not_lift_what_a_moderator_did_meanwhile(scene: Scene) -> None:
    assert scene.press(scene.author, "take-back") == 302
    scene.before_the_lock(scene.restore, scene.remove)
    assert scene.press(scene.author, "restore") == 403
    assert scene.open_reason() == RemovalReason.HARASSMENT


def test_an_author_takes_back_nothing_that_a_moderator_has_removed_meanwhile(scene: Scene) -> None:
    scene.before_the_lock(scene.remove)
    assert scene.press(scene.author, "take-back") == 403
    assert scene.open_reason() == RemovalReason.HARASSMENT


def test_a_moderator_removes_what_its_author_takes_back_meanwhile(scene: Scene) -> None:
    scene.before_the_lock(scene.take_back)
    assert scene.press(scene.moderator, "remove", reason="spam", note="宣伝です") == 302
    assert scene.open_reason() == RemovalReason.SPAM
    assert scene.press(scene.author, "restore") == 403


def test_the_second_of_two_moderators_is_not_told_that_their_reason_stands(scene: Scene) -> None:
    scene.before_the_lock(scene.remove)
    assert scene.press(scene.moderator, "remove", reason="spam", note="宣伝です") == 403
    assert scene.open_reason() == RemovalReason.HARASSMENT
