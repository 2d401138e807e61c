"""What a room says of its tables decides what a write touches; what is not certain touches everything."""

from collections.abc import Collection, Iterator

import pytest
from flask import Flask

from community import public
from community.forums import answers
from community.public import MOST_SCOPES, get_versions, touching
from community.room import GuestTable, Room, Rooms, Scope, current_rooms
from models.base import db, transaction
from models.forums import ReactionKind, Topic
from models.moderation import Removal, RemovalReason
from models.notifications import Watch
from tests.cast import Cast
from tests.forums.conftest import make_forum, open_topic, reply
from tests.guest_versions import changed_since, read_versions


def scopes_of_watch(watch: Watch, changed: Collection[str]) -> list[Scope]:
    assert "member_id" in changed
    return [f"watcher:{watch.member_id}"]


@pytest.fixture
def with_room(app: Flask) -> Iterator[None]:
    """A room more, which shows guests who watches what, and what "notes" were hidden."""
    removals = GuestTable(Removal, scopes=lambda removal, _: ["notes"] if removal.item_kind == "note" else [])
    extra = Room("notes", guest_tables=(GuestTable(Watch, scopes=scopes_of_watch), removals))
    before = current_rooms()
    app.extensions["rooms"] = Rooms((*before.rooms, extra))
    yield
    app.extensions["rooms"] = before


@pytest.fixture
def topic(cast: Cast) -> Topic:
    forum = make_forum(cast)
    with transaction():
        return open_topic(forum.public, cast.owner)


@pytest.mark.usefixtures("with_room")
def test_another_room_joins_by_its_description(cast: Cast, topic: Topic) -> None:
    before = read_versions()
    with transaction():
        db.session.add(Watch(member_id=cast.third.id, subject_kind="note", subject_id=1))
    assert changed_since(before) == {f"watcher:{cast.third.id}"}
    for kind, touched in {"note": {"notes"}, "topic": {f"topic:{topic.id}"}, "unknown": {"everything"}}.items():
        before = read_versions()
        with transaction():
            removed = {"item_id": topic.id, "reason": RemovalReason.SPAM, "removed_by_id": cast.cs.id}
            db.session.add(Removal(item_kind=kind, **removed))
        assert changed_since(before) == touched


def test_without_the_room_its_table_touches_nothing(cast: Cast, topic: Topic) -> None:
    before = read_versions()
    with transaction():
        db.session.add(Watch(member_id=cast.third.id, subject_kind="topic", subject_id=topic.id))
    assert changed_since(before) == set()


def test_a_transaction_that_touches_too_much_touches_everything(topic: Topic) -> None:
    del topic
    for number, touched in ((MOST_SCOPES, MOST_SCOPES), (MOST_SCOPES + 1, 1)):
        before = read_versions()
        with transaction():
            change = db.update(Topic).where(Topic.id == 0).values(title="")
            db.session.execute(change.execution_options(**touching(*map(str, range(number)))))
        assert len(changed_since(before)) == touched


def test_what_is_rolled_back_has_no_new_version(cast: Cast, topic: Topic) -> None:
    before = read_versions()
    with pytest.raises(ZeroDivisionError), transaction():
        answers.react(reply(topic, cast.stranger), topic, cast.third, ReactionKind.THANKS)
        db.session.flush()
        raise ZeroDivisionError
    assert changed_since(before) == set()


def test_a_scope_that_never_changed_has_a_version_too(app: Flask) -> None:
    with app.app_context():
        assert get_versions(["topic:0"]) == {"topic:0": ""}
        assert get_versions(["everything"])["everything"] != ""


def test_the_versions_are_written_in_one_order(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writers who lock the same rows in another order would wait for each other."""
    written: list[str] = []
    execute = db.session().execute

    def note(statement: object, *given: object, **options: object) -> object:
        compiled = getattr(statement, "compile", lambda: None)()
        written.extend(str(value) for name, value in (compiled.params if compiled else {}).items() if "scope" in name)
        return execute(statement, *given, **options)  # pyright: ignore[reportCallIssue, reportArgumentType]  as given

    with transaction():
        change = db.update(Topic).where(Topic.id == topic.id).values(title="x")
        db.session.execute(change.execution_options(**touching("b:1", "c:1", "a:2")))
        monkeypatch.setattr(db.session(), "execute", note)
        public.raise_versions(db.session())
    assert written == ["a:2", "b:1", "c:1"]
