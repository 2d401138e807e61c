"""What our dialect makes of each example of the CommonMark specification, and the table of it in docs/commonmark.md.

`python -m tests.text.commonmark` writes the table anew; tests/text/test_commonmark.py holds it against the code. An
example is the same if it makes the same document. It is deliberately different if it makes the document that
CommonMark's own rules make once the departures below are built into them: each departure is a rule here, not a list of
examples. The reference is markdown-it-py, which follows the specification in all examples.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from community import text
from community.text.cleaning import SCHEMES
from community.text.house_rules import HEADINGS

ROOT = Path(__file__).parents[2]
SPECIFICATION = ROOT / "tests" / "vendor" / "commonmark-spec.txt"
DOCUMENT = ROOT / "docs" / "commonmark.md"
_EXAMPLE = re.compile(r"^`{32} example\n([\s\S]*?)^\.\n([\s\S]*?)^`{32}$|^#{1,6} *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    number: int
    section: str
    markdown: str
    html: str


def examples() -> Iterator[Example]:
    """All of the specification, in order."""
    source = SPECIFICATION.read_text(encoding="utf-8").partition("<!-- END TESTS -->")[0]
    section, number = "", 0
    for found in _EXAMPLE.finditer(source):
        if found[3] is not None:
            section = found[3]
            continue
        number += 1
        yield Example(number, section, found[1].replace("→", "\t"), found[2].replace("→", "\t"))


# --- documents


def document(html: str) -> BeautifulSoup:
    """What a browser would show: without the marks that cleaning adds, and with addresses in one spelling."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(["div", "span"]):
        element.unwrap()  # the boxes of tables, and tabs
    for element in soup.find_all(True):
        for name in ("rel", "tabindex", "loading", "decoding"):
            element.attrs.pop(name, None)
        for name in ("href", "src"):
            if name in element.attrs:
                element[name] = unquote(str(element[name]))
        if element.name == "a" and not element.attrs:
            element.unwrap()
    return soup


def canonical(soup: BeautifulSoup) -> str:
    """One spelling of a document, for comparing."""
    for code in soup.find_all("pre"):
        kept = code.get_text().replace("\n", "⏎").replace(" ", "␣")
        code.replace_with(soup.new_tag("pre", attrs={"text": kept, "class": str(code.code and code.code.get("class"))}))
    html = re.sub(r"\s*(<br/>)\s*|[ \t]+(\n)|[ \t]*\n[ \t]*", lambda m: m[1] or "\n", str(soup))
    html = re.sub(r"\s*(</?(?:p|ul|ol|li|blockquote|h[1-6]|hr|table|thead|tbody|tr|t[hd]|pre)\b[^>]*>)\s*", r"\1", html)
    return re.sub(r"\s+", " ", html).strip()


# --- departures of reading: the reference with one rule more


def _show_html(parser: MarkdownIt) -> None:
    parser.options["html"] = False


def _part_by_dashes(parser: MarkdownIt) -> None:
    heading = _rule(parser, "lheading")

    def without_dashes(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  called so
        tokens, line, kind = len(state.tokens), state.line, state.parentType
        if not heading(state, start, end, silent):
            return False
        if state.tokens[tokens].markup == "=":
            return True
        del state.tokens[tokens:]
        state.line, state.parentType = line, kind
        return False

    parser.block.ruler.at("lheading", without_dashes)


def _define_by_addresses(parser: MarkdownIt) -> None:
    reference = _rule(parser, "reference")

    def only_addresses(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  called so
        known, line, kind = dict(state.env.get("references", {})), state.line, state.parentType
        if not reference(state, start, end, silent):
            return False
        typed = state.getLines(start, state.line, state.blkIndent, False)
        if _DEFINES.match(typed):
            return True
        state.env["references"] = known
        state.line, state.parentType = line, kind
        return False

    parser.block.ruler.at("reference", only_addresses)


_DEFINES = re.compile(r"\s*\[(?:[^\\\[\]]|\\.)+\]:\s*<?(?:https?://|mailto:|/(?!/))", re.DOTALL | re.IGNORECASE)


def _leave_banners(parser: MarkdownIt) -> None:
    fence = _rule(parser, "fence")

    def no_banners(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  called so
        typed = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip(" \t")
        found = re.match(r"(`{3,}|~{3,})[ \t]*(.*)", typed)
        is_banner = found and found[2].endswith(found[1][0])
        return False if is_banner else fence(state, start, end, silent)

    parser.block.ruler.at("fence", no_banners, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _rule(parser: MarkdownIt, name: str) -> Any:  # noqa: ANN401  as the reference has it
    rules = parser.block.ruler
    return next(rule.fn for rule in rules.__rules__ if rule.name == name)


# --- departures of typing: the same example, spelt so that CommonMark reads what we read


def _set_in_points(source: str) -> str:
    """Bullets and ones that are set in by two columns or more under a number, as far as CommonMark asks."""
    lines, indent, width = [], 0, 0
    for line in source.split("\n"):
        numbered = re.match(r"( *)\d{1,9}[.)] +(?=\S)", line)
        point = re.match(r"( *)(?=(?:[-+*]|1[.)]) +\S)", line)
        if point and indent + 2 <= len(point[1]) < width:
            lines.append(" " * width + line.lstrip(" "))
            continue
        lines.append(line)
        if numbered:
            indent, width = len(numbered[1]), len(numbered[0])
    return "\n".join(lines)


_LETTER = "[A-Za-z0-9]"


def _stars_of_formulas(source: str) -> str:
    single = re.sub(r"(?<![*\\])(?<=[A-Za-z0-9)\]%])\*(?=[A-Za-z0-9(\[$])", r"\\*", source)
    return re.sub(rf"(?<={_LETTER})\*{{2}}(?={_LETTER})", _power, single)


def _power(stars: re.Match[str]) -> str:
    """Two stars between letters, unless something strong began before them."""
    is_end = re.search(r"(?<![A-Za-z0-9*])\*{2,}", stars.string[: stars.start()])
    return stars[0] if is_end else "\\*" * len(stars[0])


def _backslashes_of_patterns(source: str) -> str:
    return re.sub(r"(?<!\S)(?![^\s]*`)\S*\\[A-Za-z0-9]\S*", _doubled, source)


def _doubled(word: re.Match[str]) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~]?)", lambda sign: "\\\\" + ("\\" + sign[1] if sign[1] else ""), word[0])


def _show_unused(source: str) -> str:
    """Definitions that nothing refers to, and others of a label that is used, as paragraphs."""
    parser, env = MarkdownIt("commonmark"), {}
    _define_by_addresses(parser)
    parts = [part for token in parser.parse(source, env) for part in token.children or ()]
    used = {part.attrs.get("href") or part.attrs.get("src") for part in parts}
    for label, meant in env.get("references", {}).items():
        words = r"\s+".join(map(re.escape, label.split()))
        shown = rf"\[(\s*{words}\s*\]:\s*\S+(?:[ \t]+[\"'(][^\n]*)?)\n?"
        first = re.search(shown, source, re.IGNORECASE)
        if first and meant["href"] in used:
            rest = source[first.end() :]
            source = source[: first.end()] + re.sub(shown, r"\\[\1\n\n", rest, flags=re.IGNORECASE)
        elif first:
            source = re.sub(shown, r"\\[\1\n\n", source, count=1, flags=re.IGNORECASE)
    return source


# --- departures of showing


def _lower_headings(soup: BeautifulSoup) -> None:
    for heading in soup.find_all(list(HEADINGS)):
        heading.name = HEADINGS[heading.name]


def _break_lines(soup: BeautifulSoup) -> None:
    for words in soup.find_all(string=lambda string: "\n" in (string or "")):
        if words.find_parent(["pre", "code"]) or words.find_parent(["p", "li", *HEADINGS.values()]) is None:
            continue
        pieces = str(words).split("\n")
        parts: list[Any] = [pieces[0]]
        for piece in pieces[1:]:
            parts += [soup.new_tag("br"), piece]
        if _is_inline(words):
            words.replace_with(*parts)


def _is_inline(words: NavigableString) -> bool:
    """White space between blocks is not a line end that somebody typed."""
    blocks = {"p", "ul", "ol", "li", "blockquote", "pre", "hr", "br", *HEADINGS, "h3"}
    beside = [words.previous_sibling, words.next_sibling]
    return bool(words.strip()) or not any(isinstance(other, Tag) and other.name in blocks for other in beside)


def _link_foreign_pictures(soup: BeautifulSoup) -> None:
    for image in soup.find_all("img"):
        address = str(image["src"])
        link = soup.new_tag("a", attrs={"href": address})
        link.string = words = str(image["alt"]) or address
        image.replace_with(words if image.find_parent("a") else link)


def _link_addresses(soup: BeautifulSoup) -> None:
    for words in soup.find_all(string=re.compile("https?://")):
        if words.find_parent(["a", "code", "pre"]) is None:
            found = re.fullmatch(r"([\s\S]*?)(https?://[\w./-]+)([\s\S]*)", str(words))
            assert found is not None
            link = soup.new_tag("a", attrs={"href": found[2]})
            link.string = found[2]
            words.replace_with(found[1], link, found[3])


def _drop_schemes(soup: BeautifulSoup) -> None:
    for link in soup.find_all("a"):
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", str(link.get("href", "")))
        if scheme and scheme[1].lower() not in SCHEMES:
            del link["href"]
            if not link.attrs:
                link.unwrap()


def _drop_languages(soup: BeautifulSoup) -> None:
    for code in soup.find_all("code", class_=True):
        name = " ".join(code["class"])
        if not re.fullmatch(r"language-[A-Za-z0-9+#.-]{1,32}", name):
            del code["class"]
            words = soup.new_tag("p")
            words.string = name.removeprefix("language-")
            if code.parent:
                code.parent.insert_before(words)


def _show_words_of_fences(source: str) -> str:
    """What stands behind the language and is no attribute, as a paragraph."""
    return re.sub(r"^(~{3,} *\w+) (?=.*[$%@])(.*)$", r"\2\n\1", source, flags=re.MULTILINE)


@dataclass(frozen=True)
class Departure:
    """`read`, `type` or `show` is the rule; one of them."""

    name: str
    reason: str
    read: Callable[[MarkdownIt], None] | None = None
    type: Callable[[str], str] | None = None
    show: Callable[[BeautifulSoup], None] | None = None


DEPARTURES = (
    Departure(
        "html",
        "HTML is shown as it was typed: nothing of it is ever needed, and much of it is dangerous.",
        read=_show_html,
    ),
    Departure(
        "dashes",
        "A line of dashes under text parts texts, as people here type it; it makes no heading of what is above.",
        read=_part_by_dashes,
    ),
    Departure(
        "definitions",
        "Only an address defines: `[注意]: 本番では使わないでください` must not vanish.",
        read=_define_by_addresses,
    ),
    Departure(
        "points",
        "Points set in by two columns under a number stand under it: `10. 手順` and `  - 補足`.",
        type=_set_in_points,
    ),
    Departure(
        "languages",
        "A code block's language is a short ASCII word; other words behind the fence stand above it.",
        show=_drop_languages,
    ),
    Departure(
        "banners", "A line with the same signs at both ends is one of words: `~~~ ご案内 ~~~`.", read=_leave_banners
    ),
    Departure(
        "words of fences",
        "What stands there beside the language and its attributes is shown: what was typed does not vanish.",
        type=_show_words_of_fences,
    ),
    Departure("stars", "Stars between letters or figures are stars: `=A1*B1+C1*D1`.", type=_stars_of_formulas),
    Departure(
        "backslashes",
        "A backslash in a path or a pattern stays: `C:\\temp\\_old\\.env`, `\\d+\\.\\d+`.",
        type=_backslashes_of_patterns,
    ),
    Departure(
        "unused", "A definition that nothing refers to is shown: what was typed does not vanish.", type=_show_unused
    ),
    Departure("addresses", "A pasted address becomes a link.", show=_link_addresses),
    Departure("schemes", "Links lead to http, https and mailto only.", show=_drop_schemes),
    Departure(
        "pictures",
        "Only pictures of the community's own are shown; others are links to them.",
        show=_link_foreign_pictures,
    ),
    Departure("headings", "Headings of a post stand below those of its page.", show=_lower_headings),
    Departure("lines", "A line that was ended is ended.", show=_break_lines),
)


@dataclass(frozen=True)
class Verdict:
    """`departures`: their names; none where it is the same."""

    example: Example
    is_right: bool
    departures: tuple[str, ...]


@cache  # each takes some milliseconds, and two tests ask for all of them
def judge(example: Example) -> Verdict:
    """Lay our document beside CommonMark's, and then beside CommonMark's with one departure after the other."""
    ours = canonical(document(text.to_html(example.markdown)))
    parser, source = MarkdownIt("commonmark"), example.markdown
    html, shows, made = "", [], []
    for departure in (None, *DEPARTURES):
        if departure and departure.read:
            departure.read(parser)
        if departure and departure.type:
            source = departure.type(source)
        if departure and departure.show:
            shows.append(departure.show)
        before = html
        soup = document(re.sub(r"\n(?=</code></pre>)", "", parser.render(source) if departure else example.html))
        for show in shows:
            show(soup)
        html = canonical(soup)
        if departure and html != before:
            made.append(departure.name)
        if html == ours:
            return Verdict(example, True, tuple(made))
    return Verdict(example, False, tuple(made))


# --- the table


def table(verdicts: Sequence[Verdict]) -> str:
    """The part of the document that follows from the code."""
    count = Counter(map(_kind, verdicts))
    counted = f"{count[SAME]} are the same, {count[DIFFERENT]} deliberately different, {count[WRONG]} wrong."
    lines = [
        f"Of {len(verdicts)} examples {counted}",
        "",
        "| departure | examples | why |",
        "| --- | --: | --- |",
    ]
    for departure in DEPARTURES:
        number = sum(departure.name in verdict.departures for verdict in verdicts)
        lines.append(f"| {departure.name} | {number} | {departure.reason} |")
    lines += ["", "| section | same | deliberately different | wrong |", "| --- | --: | --: | --: |"]
    for section, group in groupby(verdicts, lambda verdict: verdict.example.section):
        kinds = Counter(map(_kind, group))
        lines.append(f"| {section} | {kinds[SAME]} | {kinds[DIFFERENT]} | {kinds[WRONG]} |")
    lines += ["", "| example | section | |", "| --: | --- | --- |"]
    for verdict in verdicts:
        example = verdict.example
        why = f": {', '.join(verdict.departures)}" if verdict.departures and verdict.is_right else ""
        address = f"https://spec.commonmark.org/0.31.2/#example-{example.number}"
        lines.append(f"| [{example.number}]({address}) | {example.section} | {_kind(verdict)}{why} |")
    return "\n".join(lines)


SAME, DIFFERENT, WRONG = "same", "deliberately different", "wrong"
_TABLE = re.compile(r"(?<=<!-- from here: python -m tests.text.commonmark -->\n).*(?=<!-- up to here -->)", re.DOTALL)


def _kind(verdict: Verdict) -> str:
    if not verdict.is_right:
        return WRONG
    return DIFFERENT if verdict.departures else SAME


def written() -> str:
    """The table as it stands in the document."""
    found = _TABLE.search(DOCUMENT.read_text(encoding="utf-8"))
    return found[0].strip() if found else ""


def main() -> None:
    """Write the table anew."""
    made = table([judge(example) for example in examples()])
    document = _TABLE.sub(lambda _: f"\n{made}\n\n", DOCUMENT.read_text(encoding="utf-8"))
    DOCUMENT.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
