"""Static files: vendored ones are unchanged, colours are legible, nothing is inline or from another site."""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from community.config import ROOT

STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
VENDORED = json.loads((STATIC / "vendor" / "VENDOR.json").read_text())
TOKENS = (STATIC / "css" / "tokens.css").read_text()
STYLES = {path.name: path.read_text() for path in (STATIC / "css").glob("*.css")}
# Templates of mails: mail programs understand nothing but inline styles.
PAGES = sorted(p for p in TEMPLATES.rglob("*.html") if p.relative_to(TEMPLATES).parts[0] != "mail")
MODULES = sorted((STATIC / "js").glob("*.js"))
COLOUR = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);")
PAIR = re.compile(r"@pair ([\w-]+) on ([\w-]+) ([\d.]+)")
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in COLOUR.findall(TOKENS)}
PAIRS = [(a, b, float(least)) for a, b, least in PAIR.findall(TOKENS)]
TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
# Colours of pictures alone: 3:1 is enough for them (1.4.11), and they are never given to text.
PICTURE_COLOURS = {"kaki-fill"}
# interface.md: a page weighs less than 150 kB on the first visit, without pictures. The longest HTML takes 20 kB; what
# is counted here is on no page at once: composer, autosave and live, and the largest sheet of a room.
FIRST_VISIT = 85_000


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# --- vendored libraries ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", VENDORED, ids=lambda e: e["file"])
def test_a_vendored_file_is_the_one_that_was_fetched(entry: dict[str, str]) -> None:
    assert hashlib.sha256((ROOT / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["licence"]
    assert entry["version"]


def test_every_vendored_file_is_listed() -> None:
    there = {name_of(p) for folder in (STATIC, ROOT / "tests") for p in (folder / "vendor").rglob("*") if p.is_file()}
    assert there - {"static/vendor/VENDOR.json"} == {entry["file"] for entry in VENDORED}


def test_the_crests_are_what_their_generator_draws(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "static" / "img").mkdir(parents=True)
    script = tmp_path / "tools" / "draw_crests.py"
    script.write_bytes((ROOT / "tools" / "draw_crests.py").read_bytes())
    subprocess.run([sys.executable, str(script)], check=True)
    assert (tmp_path / "static/img/crests.svg").read_text() == (STATIC / "img" / "crests.svg").read_text()


# --- colours ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_a_pair_of_colours_can_be_told_apart(front: str, ground: str, least: float, theme: str) -> None:
    assert contrast(COLOURS[front][theme], COLOURS[ground][theme]) >= least


def test_every_colour_of_text_has_its_pairs() -> None:
    used = {name for css in STYLES.values() for name in re.findall(r"[{;] *color: var\(--([\w-]+)\)", css)}
    assert used - {front for front, _, least in PAIRS if least == TEXT_CONTRAST} == PICTURE_COLOURS


def test_initials_can_be_read_on_every_avatar() -> None:
    grounds = dict(re.findall(r"\.(c\d+) \{ background: (#\w{6}); \}", STYLES["components.css"]))
    assert set(grounds) == {f"c{i}" for i in range(16)}
    assert {name for name, ground in grounds.items() if contrast("#FFFFFF", ground) < TEXT_CONTRAST} == set()


def test_every_token_in_use_is_defined() -> None:
    used = {name for css in STYLES.values() for name in re.findall(r"var\(--([\w-]+)", css)}
    defined = {name for css in STYLES.values() for name in re.findall(r"--([\w-]+):", css)}
    assert used - defined == set()


# --- nothing inline, nothing from elsewhere --------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_no_inline_style_or_script(path: Path) -> None:
    page = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"\sstyle\s*=", page) == []
    assert re.findall(r"<style\b", page) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", page) == []
    assert [body for body in re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL) if body.strip()] == []


@pytest.mark.parametrize("path", sorted((STATIC / "img").glob("*.svg")), ids=name_of)
def test_a_picture_has_no_style_of_its_own(path: Path) -> None:
    assert re.findall(r"<style|\sstyle=|<script", path.read_text()) == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    ours = [*PAGES, *MODULES, *(STATIC / "css").glob("*.css"), *(STATIC / "img").glob("*.svg")]
    known = {"http://www.w3.org/2000/svg"}
    found = {(name_of(p), url) for p in ours for url in re.findall(r"(?:https?:)?//[\w-]+\.[\w./-]+", p.read_text())}
    assert {(where, url) for where, url in found if url not in known} == set()


# --- parts that exist ------------------------------------------------------------------------------------------------


def test_every_icon_in_use_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    calls = re.compile(r"""\b(?:draw_)?icon\(\s*["']([\w-]+)["']|\bicon(?:_name)?=["']([\w-]+)["']""")
    used = {a or b for p in PAGES for a, b in calls.findall(p.read_text())}
    assert used - drawn == set()


# The socket opens where these two stand, and a reply form has one id: their looks are shown by hand or by composer_box.
NOT_SHOWN = {"live_slot", "composer", "csrf_field"}


def test_a_component_that_is_not_on_the_style_guide_does_not_exist() -> None:
    shown = "".join(p.read_text() for p in (TEMPLATES / "styleguide").glob("*.html"))
    components = "".join(p.read_text() for p in (TEMPLATES / "components").glob("*.html"))
    macros = set(re.findall(r"{% macro ([a-z]\w*)\(", components))
    missing = {name for name in macros if not re.search(rf"\b{name}\(", shown)}
    assert missing - NOT_SHOWN - {"band_shape", "logo"} == set()


def test_every_class_of_the_components_is_styled() -> None:
    around = [TEMPLATES / name for name in ("base.html", "_chrome.html", "_keys.html")]
    sources = [*(TEMPLATES / "components").glob("*.html"), *around]
    styled = {name for css in STYLES.values() for name in re.findall(r"\.([a-z][\w-]*)", css)}
    hooks = {"hbar", "turn", "reply-form"}  # named for scripts and tests, not drawn
    used: set[str] = set()
    for path in sources:
        fixed = re.sub(r"{%.*?%}", " ", re.sub(r"{{.*?}}", "{}", path.read_text()))
        names = {name for value in re.findall(r'class="([^"]*)"', fixed) for name in value.split()}
        used |= {name.removesuffix("{}") for name in names if re.fullmatch(r"[a-z][\w-]*[a-z0-9]({})?", name)}
    assert used - styled - hooks == set()


# --- weight ----------------------------------------------------------------------------------------------------------


def test_styles_and_scripts_of_the_heaviest_page_are_light() -> None:
    libraries = [ROOT / e["file"] for e in VENDORED if e["file"].startswith("static/") and e["file"].endswith(".js")]
    sheets = {path.stem: path for path in (STATIC / "css").glob("*.css")}
    everywhere = re.search(r"{% for sheet in \(([^)]*)\) %}", (TEMPLATES / "base.html").read_text())
    assert everywhere
    shared = [sheets.pop(name) for name in re.findall(r'"(\w+)"', everywhere[1])]
    # A page of a room loads the room's own sheet besides.
    own = max((len(gzip.compress(path.read_bytes())) for path in sheets.values()), default=0)
    files = [*shared, *MODULES, *libraries]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) + own < FIRST_VISIT
