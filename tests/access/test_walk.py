"""Every route and socket room × every role × somebody else's thing: nothing opens that is not granted."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient

from blueprints.files import views as files
from blueprints.realtime.authorization import may_hear
from community.projections.tasks import process_pending
from community.realtime.channels import parse
from models.accounts import Member
from models.base import db, transaction
from tests.access.endpoints import list_knocks
from tests.access.world import EVERYBODY, World, make_world
from tests.cast import make_cast
from tests.signing_in import client_of
from tests.walked_rooms import WALKS
from tests.walks import Knock

# One database: who may do what is decided in Python, and tested on both where a query has a say in it.
pytestmark = [pytest.mark.timeout(600), pytest.mark.parametrize("walked", ["sqlite"], indirect=True)]

REFUSED = {401, 403, 404}


@pytest.fixture(scope="module")
def world(walked: Flask) -> World:
    cast = make_cast(db.session)
    with transaction():
        made = make_world(cast, WALKS)
    process_pending()
    return made


@contextmanager
def undone() -> Iterator[None]:
    """What a request changed is as before for the next one."""
    connection = db.session.connection()
    db.session.commit()
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        if savepoint.is_active:
            savepoint.rollback()
        db.session.expire_all()


def is_let_in(client: FlaskClient, knock: Knock, address: str) -> bool:
    # A script's request: whoever has to sign in is told so by 401, and a way to the sign-in page is an answer.
    script = {"X-Requested-With": "fetch"}
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    answer = client.open(address, method=knock.method, data=knock.data or None, headers=script, environ_base=elsewhere)
    assert answer.status_code < 500, f"{knock.method} {address}: {answer.status_code}"
    return answer.status_code not in REFUSED


def test_every_route_is_walked(walked: Flask, world: World) -> None:
    knocked = {(knock.endpoint, knock.method) for knock in list_knocks(world)}
    routes = {
        (rule.endpoint, method)
        for rule in walked.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if rule.endpoint != "static"
    }
    assert knocked == routes


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_nothing_opens_that_is_not_granted(
    walked: Flask, world: World, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The rows of the pictures are there, their files are not: what is asked here is who gets as far as the file.
    monkeypatch.setattr(files, "send_file", lambda *_, **__: walked.response_class("picture"))
    monkeypatch.setattr("pathlib.Path.is_file", lambda _: True)
    assert not (wrong := find_wrong(walked, world, role, list_knocks(world))), "\n".join(wrong)


def copy_of(visitor: FlaskClient) -> FlaskClient:
    """The same browser before it knocked: a door may have taken its session, or put something into it."""
    same = visitor.application.test_client()
    same._cookies = dict(visitor._cookies or {})
    return same


def find_wrong(app: Flask, world: World, role: str, knocks: Iterable[Knock]) -> list[str]:
    """Say of each door that does not open as it should."""
    visitor = client_of(app, world.cast.people().get(role))
    wrong = []
    for knock in knocks:
        with app.test_request_context():
            address = url_for(knock.endpoint, **knock.values)
        with undone():
            let_in = is_let_in(copy_of(visitor), knock, address)
        if let_in != (role in knock.may):
            wrong.append(f"{knock.method} {address} [{knock.about}]: {'let in' if let_in else 'refused'}")
    return wrong


def test_channels_open_to_those_who_may_see_the_thing(walked: Flask, world: World) -> None:
    people: dict[str, Member | None] = {"guest": None, **world.cast.people()}
    granted = {f"topic:{place.topic.id}": place.readers for place in world.places.values()}
    granted |= {f"member:{m.id}": {name} for name, m in world.cast.people().items() if name != "suspended"}
    granted |= {
        f"account:{world.cast.a.id}": {"cs", "community_manager", "administrator"},
        "accounts": {"cs", "community_manager", "administrator"},
        "member:999999": set(),
        "topic:999999": set(),
        "category:1": set(),
    }
    wrong = []
    for name, may in granted.items():
        channel = parse(name)
        assert channel is not None
        for role, member in people.items():
            if role != "suspended" and may_hear(member, channel) != (role in may):
                wrong.append((name, role))
    assert not wrong, "\n".join(map(str, wrong))


def test_a_suspended_persons_session_is_a_guests(walked: Flask, world: World) -> None:
    answer = client_of(walked, world.cast.suspended).get("/notifications")
    assert answer.status_code == 302
    assert db.session.scalar(sa.select(Member.suspended_until).where(Member.id == world.cast.suspended.id))
