"""What the dialect relies on in Python-Markdown beyond its documented interface; an upgrade that changes it fails."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTree
from markdown.util import INLINE_PLACEHOLDER, INLINE_PLACEHOLDER_RE, Registry

from community import text
from community.text.dialect import Dialect
from community.text.literals import AMPERSAND, ETX, STX, literal
from community.text.rendering import EXTENSIONS, SETTINGS


def converter() -> Markdown:
    return Markdown(extensions=[*EXTENSIONS, Dialect({}, {}, {})], extension_configs=SETTINGS)


def names_in(registry: Registry[Any]) -> list[str]:
    """The names are in no public attribute; `_priority` is what `in` and `[]` look into."""
    return [item.name for item in vars(registry)["_priority"]]


def test_no_extension_registers_a_block_processor() -> None:
    """Ours would never run it."""
    with_extensions = Markdown(extensions=list(EXTENSIONS), extension_configs=SETTINGS)
    assert names_in(with_extensions.parser.blockprocessors) == names_in(Markdown().parser.blockprocessors)
    assert names_in(converter().parser.blockprocessors) == []


def test_nothing_but_what_is_known_reads_a_text() -> None:
    ours = converter()
    assert names_in(ours.preprocessors) == []
    patterns = "addresses brackets delimiter emphasis line_end mentions pictures tabs taken tildes"
    assert " ".join(sorted(names_in(ours.inlinePatterns))) == patterns
    assert sorted(names_in(ours.treeprocessors)) == ["house_rules", "inline", "prettify", "task-list", "unescape"]
    assert sorted(names_in(ours.postprocessors)) == ["amp_substitute", "raw_html"]


def test_placeholders_are_spelt_as_the_library_spells_them() -> None:
    assert f"{STX}klzzwxh:%s{ETX}" == INLINE_PLACEHOLDER
    assert (AMPERSAND, literal("*")) == (f"{STX}amp{ETX}amp;", f"{STX}42{ETX}")
    plain = Markdown()
    paragraph = ET.Element("p")
    paragraph.text = literal("*")
    plain.treeprocessors["unescape"].run(paragraph)
    assert paragraph.text == "*"
    assert plain.postprocessors["amp_substitute"].run(AMPERSAND) == "&amp;"


def test_nobody_types_a_placeholder() -> None:
    assert text.tidy(f"{STX}klzzwxh:0000{ETX}{STX}42{ETX}") == "klzzwxh:000042"
    assert text.to_html(f"`a` {STX}klzzwxh:0000{ETX} {STX}taken:0{ETX}") == (
        "<p><code>a</code> klzzwxh:0000 taken:0</p>"
    )


class _Recorder(InlineProcessor):
    """A word between stars, and each text that it is asked about."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(r"\*([^*]+)\*", md)
        self.handed: list[str] = []
        self.ancestors: list[list[str]] = []

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # noqa: N802  the library's name
        tree = self.md.treeprocessors["inline"]
        assert isinstance(tree, InlineTree)
        self.handed.append(data)
        self.ancestors.append(list(tree.ancestors))
        element = ET.Element("em")
        element.text = m[1].replace("/", "*")
        return element, m.start(), m.end()


@pytest.fixture
def recorder() -> _Recorder:
    return _Recorder(Markdown())


def test_a_text_comes_from_left_to_right_with_one_placeholder_more_each_time(recorder: _Recorder) -> None:
    recorder.md.inlinePatterns.register(recorder, "recorder", 200)
    recorder.md.convert("a *b* c *d* e")
    first, second = recorder.handed
    assert first == "a *b* c *d* e"
    assert INLINE_PLACEHOLDER_RE.sub("*b*", second, count=1) == first


def test_the_words_of_an_element_go_to_later_patterns_only(recorder: _Recorder) -> None:
    recorder.md.inlinePatterns.deregister("em_strong")
    recorder.md.inlinePatterns.register(recorder, "recorder", 200)
    assert recorder.md.convert("*a /b/ `c`*") == "<p><em>a *b* <code>c</code></em></p>"
    assert len(recorder.handed) == 1


def test_the_elements_around_a_text_are_named(recorder: _Recorder) -> None:
    recorder.md.inlinePatterns.register(recorder, "recorder", 200)
    recorder.md.convert("> - *a*\n\n*b*")
    assert sorted(recorder.ancestors) == [["div", "blockquote", "ul", "li"], ["div", "p"]]


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("*a*\n\n*a*", 2),
        ("*a* `x` *a*\n\n*a* `x` *a*", 4),
        ("- *a*\n- *a*\n- *a* *a*", 4),
        ("**a *b***\n\n*c*", 2),
    ],
)
def test_emphasis_of_one_paragraph_says_nothing_of_the_next(typed: str, count: int) -> None:
    shown = text.to_html(typed)
    assert ("*" in shown, shown.count("<em>")) == (False, count)
