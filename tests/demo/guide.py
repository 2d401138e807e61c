"""What docs/sample-community.md promises: the companies of its table."""

import re

from community.config import ROOT

GUIDE = ROOT / "docs" / "sample-community.md"
HEAD = "| 会社 | 見えること | たどり方 | 見る数字 |"


def list_plots() -> list[str]:
    """Return the companies of the table of plots, in its order, as it names them."""
    _, _, table = GUIDE.read_text().partition(HEAD)
    rows = table.split("\n\n", 1)[0].strip().splitlines()[1:]
    return [name for row in rows for name in re.split("、", row.split("|")[1].strip())]
