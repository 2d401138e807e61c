"""Japanese first, English complete: no string without a translation, none that gettext does not see."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment

from community.config import ROOT

CATALOGUE = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("blueprints/**.py", "python"), ("community/**.py", "python"), ("templates/**.*", "jinja2")]
# Without U+30FB: the middle dot alone stands between two facts in both languages.
JAPANESE = re.compile(r"[\u3040-\u30fa\u30fc-\u30ff\u4e00-\u9fff\uff66-\uff9f]")
# Japanese that is no sentence of ours: data, names, and what is matched in what people write.
NO_SENTENCES = (
    "community/demo/",
    "community/config.py",  # names of vendor, product and community: settings
    "community/app/pages.py",  # a language is called by its own name
    "blueprints/styleguide/",  # samples
    "blueprints/accounts/forms.py",  # as in pages.py
    "community/placeholders.py",  # as in guessing.py
    "community/signin/guessing.py",  # what people type for passwords
    "community/search/folding.py",  # signs that are looked up as others
    "community/search/words.py",  # as in folding.py
    "community/joining/csv_columns.py",  # headings of people's own files
    "community/table_files.py",  # as in folding.py
    "community/companies/readings.py",  # as in folding.py
    "community/accounts/suggestions.py",  # as in folding.py
    "community/text/addresses.py",  # words that begin a sentence behind an address
    "community/text/emphasis.py",  # as in folding.py
    "community/text/literals.py",  # as in folding.py
    "community/text/ascii.py",  # as in folding.py
    "community/stories/versions/numbers.py",  # how people write numbers
    "blueprints/fields.py",  # how people write days
    "blueprints/system/stray_signs.py",  # signs behind addresses
    "community/stories/library/regions.py",  # names in addresses
    "community/stories/reading/covers.py",  # words of trades, and digits
    "community/stories/reading/share_images.py",  # signs that may not begin a line
    "community/stories/library/company_words.py",  # how themes name sizes, regions and trades
    "community/stories/library/equal_words.py",  # as in folding.py
    "community/stories/versions/names_within.py",  # forms of companies, as names begin or end with them
    "community/stories/versions/tries.py",  # how people write how long something takes
    "community/stories/library/explaining.py",  # as in folding.py
    "community/stories/approval/preview.py",  # forms of companies, as names begin or end with them
    "community/stories/sample/",  # data
    "community/stories/library/themes.py",  # words by which a theme names sizes and regions
    "community/stories/versions/units.py",  # units as people type them
    "blueprints/stories/library/library_words.py",  # kanji digits; regions, each with its label beside it
    "community/webinars/attendance/",  # how reports name columns, how people and devices name themselves
    "community/health/policies.py",  # the reason on record for the first policy: data
)


def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


FLOORS = ("blueprints", "community", "templates")


@cache
def used(floors: tuple[str, ...] = FLOORS) -> set[str]:
    found: set[str] = set()
    for folder in floors:
        rows = extract_from_dir(
            ROOT / folder, [(p.split("/", 1)[1], m) for p, m in METHODS if p.startswith(folder)], keywords=KEYWORDS
        )
        for _, _, message, _, _ in rows:
            found |= {message[0] if isinstance(message, tuple) else message}
    return found


def test_every_string_is_translated() -> None:
    catalogue = english()
    missing = {text for text in used() if text not in catalogue or not _complete(catalogue[text].string)}
    assert missing == set()


def _complete(translation: str | Sequence[str] | None) -> bool:
    return bool(translation) if isinstance(translation, str) else bool(translation) and all(translation)


def test_no_translation_is_a_guess_or_left_over() -> None:
    catalogue = english()
    ids = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id}
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []
    assert ids - used() == set()


def test_placeholders_survive_translation() -> None:
    wrong = [error for message in english() for error in message.check()]
    names = re.compile(r"%\((\w+)\)")
    lost = [
        m.id
        for m in english()
        if isinstance(m.id, str) and m.id and set(names.findall(m.id)) != set(names.findall(str(m.string)))
    ]
    assert (wrong, lost) == ([], [])


class AnyValue(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 1


def test_templates_can_fill_in_every_sentence() -> None:
    """Jinja fills in each sentence, also one without placeholders: a percent sign of its own is written twice."""
    catalogue = english()
    refused: list[str] = []
    for text in used(("templates",)):
        translated = (catalogue[text].string if text in catalogue else "") or ""
        for said in (text, *([translated] if isinstance(translated, str) else translated)):
            try:
                _ = said % AnyValue()
            except (TypeError, ValueError):
                refused.append(said)
    assert refused == []


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.*")), ids=lambda p: p.name)
def test_no_template_says_japanese_past_gettext(path: Path) -> None:
    said = [
        text
        for _, kind, text in Environment(autoescape=True).lex(path.read_text())
        if kind == "data" and JAPANESE.search(text)
    ]
    assert said == []


def japanese_in(path: Path) -> Iterator[str]:
    """String constants with Japanese that are neither a docstring nor an argument of gettext."""
    tree = ast.parse(path.read_text())
    spared: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in KEYWORDS:
            spared |= {id(n) for argument in node.args for n in ast.walk(argument)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(id(node.value))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in spared
            and JAPANESE.search(node.value)
        ):
            yield node.value


def test_no_module_says_japanese_past_gettext() -> None:
    said = {}
    for floor in ("blueprints", "community"):
        for path in (ROOT / floor).rglob("*.py"):
            where = str(path.relative_to(ROOT))
            if not where.startswith(NO_SENTENCES) and (found := list(japanese_in(path))):
                said[where] = found
    assert said == {}
