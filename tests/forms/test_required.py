"""What a form refuses when it is left empty is marked; and nothing is chosen beforehand that is refused."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.access.test_walk import client_of, undone
from tests.access.world import World
from tests.forms.parsing import Field, parse
from tests.forms.test_every_form import Found, honest_value, people, send
from tests.forms.test_every_form import everything as everything  # noqa: PLC0414  a fixture
from tests.forms.test_every_form import world as world  # noqa: PLC0414  a fixture

# One database: what is refused does not depend on it.
pytestmark = [pytest.mark.timeout(600), pytest.mark.parametrize("walked", ["sqlite"], indirect=True)]
# Sent by scripts: no page of theirs shows what they hold.
UNSHOWN = "/"


def form_on(page: LexborHTMLParser, found: Found) -> LexborNode | None:
    """The form as its page shows it."""
    for form in page.css("form"):
        names = {tag.attributes.get("name") for tag in form.css("[name]")}
        if (form.attributes.get("action") or found.page) == found.form.action and set(found.form.fields) <= names:
            return form
    return None


def refused(page: LexborHTMLParser, name: str) -> bool:
    """Whether the page says something of this very field."""
    links = [link.attributes.get("href") or "" for link in page.css(".error-summary a")]
    return f"#{name}" in links or page.css_first(f"[id='{name}-error']") is not None


def begins_refused(
    client: FlaskClient, found: Found, field: Field, tag: LexborNode, honest: dict[str, str]
) -> Iterator[str]:
    """A select as it is shown may be refused only where it says 「選んでください」."""
    first = field.value or field.options[0]
    with undone():
        chosen = send(client, found.form.action, {**honest, field.name: first})
    says = next(o.text() for o in tag.css("option") if (o.attributes.get("value") or "") == first)
    if chosen.status_code == 422 and refused(parse(chosen.text), field.name) and "選んでください" not in says:
        yield f"{found.endpoint}: {field.name} begins with 「{says}」, which is refused"


def test_what_is_refused_when_it_is_empty_is_marked_and_nothing_chosen_beforehand_is_refused(
    walked: Flask, world: World, everything: list[Found]
) -> None:
    wrong: list[str] = []
    for found in everything:
        client = client_of(walked, people(world)[found.who])
        with undone():
            form = form_on(parse(client.get(found.page).text), found)
        if form is None:
            continue
        honest = {name: honest_value(field) for name, field in found.form.fields.items() if name != "csrf_token"}
        shown = {tag.attributes.get("name"): tag for tag in form.css("input, textarea, select")}
        for name, field in found.form.fields.items():
            tag = shown.get(name)
            if tag is None or field.kind in {"hidden", "button", "checkbox"}:
                continue
            if field.kind == "radio" and field.value:
                continue  # nobody can take a choice back
            if field.kind == "select" and "" not in field.options:
                wrong += begins_refused(client, found, field, tag, honest)
                continue
            with undone():
                empty = send(client, found.form.action, {**honest, name: ""})
            tags = form.css(f"[name='{name}']")
            is_marked = any({"required", "aria-required"} & set(each.attributes) for each in tags)
            if empty.status_code == 422 and refused(parse(empty.text), name) and not is_marked:
                wrong.append(f"{found.endpoint}: {name} is refused when it is empty, and is not marked")
            if is_marked and empty.status_code != 422:
                wrong.append(f"{found.endpoint}: {name} is marked, and {empty.status_code} when it is empty")
            if field.kind == "select":
                wrong += begins_refused(client, found, field, tag, honest)
    assert not wrong, "\n".join(wrong)
