"""A page's forms, as a browser would send them."""

from dataclasses import dataclass, field
from typing import cast

from bs4 import BeautifulSoup, Tag

WRITTEN = {"text", "email", "search", "textarea", "password"}


@dataclass
class Field:
    """`kind`: the type of an input, "textarea" or "select"; `value`: what it holds; `options`: of a choice."""

    name: str
    kind: str
    value: str
    options: list[str] = field(default_factory=list)

    @property
    def is_written(self) -> bool:
        return self.kind in WRITTEN


@dataclass
class Form:
    action: str
    fields: dict[str, Field]


def parse(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def list_forms(page: BeautifulSoup, here: str) -> list[Form]:
    """The forms that post; one without an address of its own posts to the page's."""
    return [
        Form(str(form.get("action", here)), _fields(form))
        for form in page.select("form")
        if str(form.get("method", "get")).lower() == "post"
    ]


def _fields(form: Tag) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for tag in form.select("[name]"):
        made = _field(tag)
        if made is None:
            continue
        known = fields.setdefault(made.name, made)
        if known is not made:  # radio buttons, several submit buttons
            known.options += made.options
            known.value = known.value or made.value
    return fields


def _field(tag: Tag) -> Field | None:
    name, kind = str(tag["name"]), str(tag.get("type", "text")).lower()
    value = str(tag.get("value", ""))
    if tag.name == "textarea":
        # the parser of a browser drops the first line end
        return Field(name, "textarea", tag.text.removeprefix("\r").removeprefix("\n"))
    if tag.name == "select":
        options = [str(option.get("value", option.text)) for option in tag.select("option")]
        chosen = cast("list[Tag]", tag.select("option[selected]"))
        return Field(name, "select", str(chosen[0].get("value", "")) if chosen else "", options)
    if kind in {"radio", "checkbox"}:
        return Field(name, kind, value if tag.has_attr("checked") else "", [value])
    if tag.name == "button":
        return Field(name, "button", value, [value])
    return None if kind == "file" else Field(name, kind, value)
