"""Every address × hostile ids and questions: an answer of ours, on either database."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from models.base import db
from tests.access.endpoints import list_knocks
from tests.access.test_walk import client_of, undone
from tests.access.world import World, make_world
from tests.cast import Cast
from tests.forms.hostile import NUMBERS, OF_DATABASES, QUERIES, STRINGS, bundle
from tests.walked_rooms import WALKS
from tests.walks import Knock

pytestmark = pytest.mark.timeout(600)

# Every name that some page reads from its address.
NAMES = (
    "after", "alert", "as_of", "before", "category", "csm", "day", "encoding", "group", "industry", "kind", "member",
    "next", "only", "order", "page", "part", "partial", "quote", "renewal", "segment", "since", "sort", "span", "stage",
    "state", "to", "view",
)  # fmt: skip


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast, WALKS)


def text_of(label: str) -> str:
    return quote(STRINGS[label], errors="surrogatepass", safe="")


@pytest.fixture
def labels(app: Flask, request: pytest.FixtureRequest) -> list[str]:
    """Of the strings that are sent: on PostgreSQL, unless there is time, what a database could take otherwise."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    return [label for label in QUERIES if on_sqlite or label in OF_DATABASES or request.config.getoption("--long")]


def hostile_paths(rule: Rule, labels: Iterable[str]) -> Iterator[str]:
    """The route with something else where its numbers and names are."""
    pattern = rule.rule
    for argument in rule.arguments:
        converter = rule._converters[argument]
        is_number = type(converter).__name__ == "IntegerConverter"
        is_choice = type(converter).__name__ == "AnyConverter"
        values = NUMBERS if is_number else () if is_choice else [text_of(label) for label in labels if STRINGS[label]]
        for value in values:
            yield filled(pattern, argument, value)


def filled(pattern: str, argument: str, value: str) -> str:
    """`value` for one argument, 1 for the others."""
    parts = []
    for part in pattern.split("/"):
        if part.startswith("<"):
            parts.append(value if part.rstrip(">").endswith(argument) else "1")
        else:
            parts.append(part)
    return "/".join(parts)


def test_hostile_ids_find_nothing(app: Flask, world: World, labels: list[str]) -> None:
    wrong: list[str] = []
    client = client_of(app, world.cast.administrator)
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or any(type(c).__name__ == "AnyConverter" for c in rule._converters.values()):
            continue
        for path in hostile_paths(rule, labels):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                with undone():
                    answer = client.open(path, method=method)
                if answer.status_code >= 500:
                    wrong.append(f"{method} {path[:90]}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_hostile_questions_are_answered(
    app: Flask, world: World, labels: list[str], request: pytest.FixtureRequest
) -> None:
    wrong: list[str] = []
    is_long = request.config.getoption("--long")
    texts = {label: STRINGS[label] for label in labels} if is_long else bundle(labels)
    client = client_of(app, world.cast.administrator)
    for address in pages(app, list_knocks(world)):
        for label, text in texts.items():
            question = urlencode(dict.fromkeys(NAMES, text), errors="surrogatepass")
            with undone():
                answer = client.get(f"{address}?{question}")
            if answer.status_code >= 500 or "X-Injected" in answer.headers:
                wrong.append(f"{address} with {label}: {answer.status_code}")
            if answer.status_code in {301, 302} and not answer.location.startswith("/"):
                wrong.append(f"{address} with {label} leads to {answer.location}")
    assert not wrong, "\n".join(wrong)


def pages(app: Flask, knocks: list[Knock]) -> list[str]:
    """One address of each."""
    with app.test_request_context():
        return list({k.endpoint: url_for(k.endpoint, **k.values) for k in knocks if k.method == "GET"}.values())
