"""The walks go through the specimen by what its own tests say of it."""

from collections.abc import Iterator

import pytest
from flask import Flask, url_for

from blueprints.page_cache import CACHED
from models.base import db, transaction
from tests.access import test_walk
from tests.access.world import EVERYBODY, World, make_world
from tests.audit.test_every_privileged_act import press
from tests.cast import make_cast
from tests.conftest import app_of
from tests.databases import Databases
from tests.forms import test_every_form
from tests.specimen.conftest import inside_with_table, make_app_with_notes
from tests.specimen.walks import NAME, NOTES_WALK


@pytest.fixture(scope="module")
def walked(
    databases: Databases, _apps_with_notes: dict[str, Flask], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    app = app_of("sqlite", databases, _apps_with_notes, tmp_path_factory, make_app_with_notes)
    with inside_with_table(app):
        yield app


@pytest.fixture(scope="module")
def world(walked: Flask) -> World:
    cast = make_cast(db.session)
    with transaction():
        return make_world(cast, (NOTES_WALK,))


def routes(app: Flask, method: str) -> set[str]:
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return {rule.endpoint for rule in rules if rule.endpoint.startswith(f"{NAME}.")}


def test_every_route_and_form_is_named(walked: Flask, world: World) -> None:
    knocks = [knock for knock in NOTES_WALK.knocks(world) if knock.endpoint.startswith(f"{NAME}.")]
    for method in ("GET", "POST"):
        assert {knock.endpoint for knock in knocks if knock.method == method} == routes(walked, method)
    assert NOTES_WALK.meanwhile.keys() | NOTES_WALK.checked.keys() == routes(walked, "POST")
    cached = {name for name in routes(walked, "GET") if hasattr(walked.view_functions[name], CACHED)}
    assert cached == NOTES_WALK.cached_pages


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_nothing_opens_that_is_not_granted(walked: Flask, world: World, role: str) -> None:
    assert test_walk.find_wrong(walked, world, role, NOTES_WALK.knocks(world)) == []


def test_every_form_bears_every_string(walked: Flask, world: World) -> None:
    with walked.test_request_context():
        pages = {url_for(knock.endpoint, **knock.values) for knock in NOTES_WALK.knocks(world) if knock.method == "GET"}
    found = test_every_form.find_forms_of_pages(walked, world, pages)
    forms = [form for form in found if form.endpoint.startswith(f"{NAME}.")]
    assert {form.endpoint for form in forms} == routes(walked, "POST")
    assert test_every_form.find_wrong(walked, world, forms, test_every_form.STRINGS.keys(), each_alone=True) == []


def test_every_privileged_act_is_in_the_log(walked: Flask, world: World) -> None:
    for act in NOTES_WALK.acts(world):
        with test_walk.undone():
            _, entries = press(walked, world, act)
        assert (world.cast.people()[act.by].id, act.action, act.reason) in entries
