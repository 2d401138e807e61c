"""A page's forms, as a browser would send them."""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

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


def parse(page: str) -> LexborHTMLParser:
    """Thousands of pages are read here: by the rules of browsers, and ten times as fast as in Python."""
    return LexborHTMLParser(page)


def list_forms(page: LexborHTMLParser, here: str) -> list[Form]:
    """The forms that post; one without an address of its own posts to the page's."""
    return [
        Form(form.attributes.get("action") or here, _fields(form))
        for form in page.css("form")
        if (form.attributes.get("method") or "get").lower() == "post"
    ]


def _fields(form: LexborNode) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for tag in form.css("[name]"):
        made = _field(tag)
        if made is None:
            continue
        known = fields.setdefault(made.name, made)
        if known is not made:  # radio buttons, several submit buttons
            known.options += made.options
            known.value = known.value or made.value
    return fields


def _field(tag: LexborNode) -> Field | None:
    attributes = {name: value or "" for name, value in tag.attributes.items()}
    name, kind, value = attributes["name"], attributes.get("type", "text").lower(), attributes.get("value", "")
    if tag.tag == "textarea":
        return Field(name, "textarea", tag.text())
    if tag.tag == "select":
        options = [option.attributes.get("value") or "" for option in tag.css("option")]
        chosen = tag.css_first("option[selected]")
        return Field(name, "select", (chosen.attributes.get("value") or "") if chosen else "", options)
    if kind in {"radio", "checkbox"}:
        return Field(name, kind, value if "checked" in attributes else "", [value])
    if tag.tag == "button":
        return Field(name, "button", value, [value])
    return None if kind == "file" else Field(name, kind, value)
