"""The scripts' own rules, run by Node, and held to those of the server that they follow."""

import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from community import text
from community.config import ROOT
from community.files.rules import MAX_BYTES
from community.text.limits import MAX_TABLE_COLUMNS

HERE = Path(__file__).parent
SUITES = sorted(HERE.glob("*.test.mjs"))
MENTIONS = json.loads((HERE / "mention_cases.json").read_text())
NASTY_CELLS = [
    ["品名", "値"],
    ["a|b", "|"],
    ["c\\|d", "||"],
    ["`x", "`y"],
    ["`a|b`", "z"],
    ["``", "a``"],
    ["", "１２３"],
    ["=A1*B1+C1*D1", "東京　本社"],
    ["", ""],
    ["最後", "@x"],
]
SIGNS = ["a", "あ", "|", "\\", "`", "``", "*", "**", "_", "[", "](", "~~", "#", "-", "　", " ", "\n", "C:\\x"]
TO_MARKDOWN = """
import { toMarkdown, trim } from "./static/js/tables.js";
let given = "";
for await (const part of process.stdin) given += part;
process.stdout.write(JSON.stringify(JSON.parse(given).map((grid) => toMarkdown(trim(grid)))));
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The modules where every Node takes them for modules."""
    shutil.copytree(ROOT / "static" / "js", tmp_path / "static" / "js")
    shutil.copytree(HERE, tmp_path / "tests" / "js")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    return tmp_path


@pytest.mark.node
@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_the_scripts_rules_hold(suite: Path, scripts: Path) -> None:
    command = ["node", "--test", str(scripts / "tests" / "js" / suite.name)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("case", MENTIONS, ids=lambda case: case["text"])
def test_the_list_of_names_opens_where_the_server_sees_a_mention(case: dict[str, str]) -> None:
    """`mentions.test.mjs` asks the script for the same answers."""
    assert (text.find_mentions(case["text"] + case.get("after", "")) == ["sae"]) == case["mention"]


@pytest.mark.node
def test_cells_are_shown_as_they_were_copied(scripts: Path) -> None:
    (table,) = as_tables(scripts, [NASTY_CELLS])
    assert shown_cells(table) == NASTY_CELLS


@pytest.mark.node
def test_no_cell_breaks_out_of_its_place(scripts: Path) -> None:
    chosen = random.Random(6)
    grids = [[[cell(chosen), cell(chosen), "終"] for _ in range(3)] for _ in range(200)]
    for grid, table in zip(grids, as_tables(scripts, grids), strict=True):
        shown = shown_cells(table)
        assert [len(row) for row in shown] == [3, 3, 3], table
        assert [row[2] for row in shown] == ["終"] * 3, table
        assert [each.count("|") for row in shown for each in row] == [each.count("|") for row in grid for each in row]


def cell(chosen: random.Random) -> str:
    return "".join(chosen.choice(SIGNS) for _ in range(chosen.randrange(5)))


def as_tables(scripts: Path, grids: list[list[list[str]]]) -> list[str]:
    (scripts / "write.js").write_text(TO_MARKDOWN)
    command = ["node", str(scripts / "write.js")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=json.dumps(grids))
    return json.loads(done.stdout)


def shown_cells(table: str) -> list[list[str]]:
    page = BeautifulSoup(text.to_html(f"前の行\n\n{table}\n\n次の行"), "html.parser")
    return [[each.get_text() for each in row.select("th, td")] for row in page.select("tr")]


@pytest.mark.parametrize(
    ("script", "name", "limit"),
    [("tables.js", "MOST_COLUMNS", MAX_TABLE_COLUMNS), ("files.js", "MOST_BYTES", MAX_BYTES)],
)
def test_a_limit_is_the_same_in_the_script(script: str, name: str, limit: int) -> None:
    source = (ROOT / "static" / "js" / script).read_text()
    found = re.search(rf"export const {name} = ([\d *]+);", source)
    assert found is not None
    product = 1
    for factor in found[1].split("*"):
        product *= int(factor)
    assert product == limit
