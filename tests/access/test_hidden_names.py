"""What others may see of one's company: every page and every answer, read as somebody of another company."""

import pytest
from flask import Flask, url_for

from community.accounts import companies
from community.accounts.companies import CompanyCard
from community.projections.tasks import process_pending
from models.base import transaction
from tests.access.endpoints import list_knocks
from tests.access.test_walk import undone
from tests.access.world import INVITATION_TOKEN, JOIN_TOKEN, LINK_TOKEN, World, make_world
from tests.cast import Cast
from tests.signing_in import client_of
from tests.walked_rooms import WALKS

pytestmark = pytest.mark.timeout(600)

GIVEN = {INVITATION_TOKEN, JOIN_TOKEN, LINK_TOKEN}
STRANGERS = ("guest", "prospect", "stranger", "moderator", "partner")


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> str:
    """One database: who may know the name is decided in Python."""
    return request.param


@pytest.fixture
def world(cast: Cast) -> World:
    with transaction():
        made = make_world(cast, WALKS)
        # A page of a family names its members: B's administrator reads of the parent.
        cast.b.parent_id = cast.a.id
        made.cast.stranger.membership.is_company_admin = True  # pyright: ignore[reportOptionalMemberAccess]
    process_pending()
    return made


def read(app: Flask, world: World, role: str) -> dict[str, str]:
    """What everything that can be asked for answers this person; letters and links are for those they were given to."""
    found: dict[str, str] = {}
    for knock in list_knocks(world):
        if knock.method != "GET" or (GIVEN | world.given) & set(map(str, knock.values.values())):
            continue
        with app.test_request_context():
            address = url_for(knock.endpoint, **knock.values)
        with undone():
            answer = client_of(app, world.cast.people().get(role)).get(address)
        if answer.status_code == 200 and answer.mimetype in {"text/html", "application/json"}:
            found[address] = answer.get_data(as_text=True)
    return found


@pytest.mark.parametrize("role", STRANGERS)
def test_a_hidden_name_stands_nowhere(app: Flask, world: World, role: str) -> None:
    pages = read(app, world, role)
    assert [address for address, page in pages.items() if world.cast.a.name in page] == []
    assert any("製造業・300〜999名" in page for page in pages.values())


def test_a_name_that_is_shown_stands_before_members_and_before_nobody_else(app: Flask, world: World) -> None:
    with transaction():
        companies.change_company(world.cast.a, CompanyCard(is_name_shown=True), [], by=world.cast.company_admin)
    topic = world.places["public"].topic
    seen = {
        role: world.cast.a.name in client_of(app, world.cast.people().get(role)).get(f"/forums/topics/{topic.id}").text
        for role in STRANGERS
    }
    assert seen == {"guest": False, "prospect": False, "stranger": True, "moderator": True, "partner": True}
    suggested = client_of(app, world.cast.stranger).get("/people/suggest?q=owner")
    assert [each["note"] for each in suggested.get_json()] == [world.cast.a.name]
