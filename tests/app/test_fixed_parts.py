"""Parts of pages that are the same for everybody: drawn once in each language, and for each place of mounting."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jinja2 import nodes

from community.app.fixed_parts import draw_fixed
from community.config import ROOT

TEMPLATES = ROOT / "templates"


@pytest.mark.parametrize(("language", "said"), [("ja", "書いたものを送る"), ("en", "Send what you wrote")])
def test_each_language_has_its_own(app: Flask, language: str, said: str) -> None:
    module: Any = app.jinja_env.get_template("_keys.html").module
    for _ in range(2):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert said in draw_fixed(module.keys)


def test_addresses_of_files_follow_the_place_where_it_is_mounted(app: Flask) -> None:
    module: Any = app.jinja_env.get_template("components/feedback.html").module
    toast = module.toast
    with app.test_request_context():
        assert 'href="/static/' in draw_fixed(toast, "", "error")
    with app.test_request_context(base_url="http://localhost/tsudoi"):
        assert 'href="/tsudoi/static/' in draw_fixed(toast, "", "error")
        assert 'data-seconds="30"' in draw_fixed(toast, "")  # other values, another part


def test_what_is_fixed_is_known(app: Flask) -> None:
    """A macro that shows a visitor's token or name would show it to all: whoever adds one here has looked."""
    fixed = {name for path in TEMPLATES.rglob("*.html") for name in names_of_fixed(app, path.read_text())}
    assert fixed == {
        "keys",
        'toast("")',
        'toast("", "error")',
        "_tools(id, upload_url)",
        "_words(upload_url, mention_url)",
        'pill("good")',
        'pill("watch")',
        'pill("bad")',
        'pill("unknown")',
        "tag(ended_name)",
        "tag(alarm)",
    }


def names_of_fixed(app: Flask, source: str) -> Iterator[str]:
    """Yield the macros that a template draws once, each with what it is given."""
    for call in app.jinja_env.parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "draw_fixed":
            macro, *given = (
                each.name if isinstance(each, nodes.Name) else f'"{each.as_const()}"' for each in call.args
            )
            yield f"{macro}({', '.join(given)})" if given else macro
