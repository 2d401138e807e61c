"""What texts cost to render: ordinary ones, and sixty that were made to slow the server down.

    python benchmarks/texts.py                         # this checkout
    python benchmarks/texts.py --beside ../another     # and the same texts by another one's code, in turn

Processor seconds, the best of three; a refused text counts too, with its sentence. The bound for any text is half a
second. Needs no database.
"""

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, os.environ.get("TEXTS_OF") or str(Path(__file__).resolve().parents[1]))

from flask import Flask
from flask_babel import Babel

from community import text

BOUND = 0.5
LONGEST = 20_000
SAMPLES = Path(__file__).resolve().parents[1] / "community" / "forums" / "sample" / "topics"


def ordinary() -> list[str]:
    """Return the posts of the sample community."""
    typed = (path.read_text(encoding="utf-8").split("body = '''\n")[1:] for path in sorted(SAMPLES.glob("*.toml")))
    return [part.partition("\n'''")[0] for parts in typed for part in parts]


def hostile() -> dict[str, str]:
    """Return texts by name, each made so that a careless Markdown parser would read everything again and again."""
    chance = random.Random(6)  # noqa: S311  the same noise in every run
    noise = "[]()*_`~<>!|#-+=\\&@:/ \n\t0aあ\u0300"
    long = _repeated
    return {
        "[ ×8,000": "[" * 8_000,
        "[a ×5,000": "[a" * 5_000,
        "[[ ]] by 600": "[" * 199 + "a" + "]" * 199 + "[a](" * 200,
        "[a](b ×500": "[a](b " * 500,
        "[a](( ×190": "[a](" + "(" * 199 + "x [a](<" * 300,
        "![ ×600": "![a" * 600,
        "labels": "".join(f"[l{n}]: /u\n" for n in range(590)) + "\n[x]",
        "label of 900": "[" + "a" * 900 + "]: /u\n" + "[b" * 590,
        "> ×190 a line": long(">" * 190 + "a\n"),
        "quotes by 12": long("> " * 12 + "a\n"),
        "quotes, lazy": "> " * 12 + "a\n" + long("a\n", 19_000)[: 2 * 1_400],
        "lists by 2 spaces": "".join("  " * level + "- a\n" for level in range(300)),
        "lists by 4 spaces": "".join("    " * level + "- a\n" for level in range(90)),
        "lists, 1. 1. 1.": "1. " * 6_000,
        "lists and quotes": long("> - " * 6 + "a\n"),
        "empty items": "-\n" * 749,
        "items, 1 to 740": "".join(f"{n}. a\n" for n in range(1, 741)),
        "table 10,000 cells": "|a" * 30 + "|\n" + "|-" * 30 + "|\n" + ("|b" * 30 + "|\n") * 300,
        "table 1,900 cells": "|a" * 30 + "|\n" + "|-" * 30 + "|\n" + ("|b" * 30 + "|\n") * 62,
        "table of 400 columns": "|a" * 400 + "|\n" + "|-" * 400 + "|\n" + "|",
        "tables, headless": long("a|b\n-|-\n"),
        "ticks in a row": "|a|b|\n|-|-|\n|" + "".join("`" * n + "a" for n in range(1, 44)) + "|",
        "` runs": "".join("`" * n + "a" for n in range(1, 44)) * 1,
        "``a` ×300": "``a`" * 300,
        "*a ×3,000": "*a " * 3_000,
        "*a* ×1,500": "*a* " * 1_500,
        "***a ×900": "***a " * 900,
        "*_ ×3,000": "*_" * 3_000,
        "* a ** _b": long("*a **b _c "),
        "~~ ×1,500": "~~a " * 1_500,
        "~ and *": long("~~*a"),
        "stars, nested": "**a " * 700 + "a** " * 700,
        "spaces": long("a" + " " * 99),
        "spaces in a line": "a" + " " * 19_998 + "b",
        "tabs in a line": "a" + "\t" * 19_998 + "b",
        "spaces in a heading": "# a" + " " * 19_996 + "b",
        "tabs in a heading": "# a" + "\t" * 19_996 + "b",
        "# in a heading": "# a" + " #" * 9_990 + "b",
        "spaces under text": "a\n=" + " " * 19_990 + "x",
        "spaces behind a fence": "```" + " " * 19_990 + "`",
        "spaces in a task": "- [" + " " * 19_990 + "x",
        "spaces in a table": "a|b\n|" + " " * 19_980 + "x",
        "table, nearly": "|" * 32 + "-" * 19_967 + "x",
        "table, wide spaces": "|" * 32 + "-" * 9_000 + "\u3000" * 9_000 + "x",
        "definition <": "[a]:" + " " * 19_994 + "<x",
        "definition, two ends": "[a]:" + " " * 9_990 + "b" + " " * 9_000 + "x",
        "definition, two lines": "[a]:" + " " * 9_000 + "\n" + " " * 9_000 + "<x",
        "definition, title": "[a]:" + " " * 9_000 + 'b "' + "c" * 9_000 + "\n==",
        "definition, long": "[a]: /" + "a" * 9_000 + " " * 9_000 + "x",
        "tabs": long("a\t"),
        "tabs in front": long("\t\t\t\t- a\n"),
        "marks": "Z" + "\u0300" * 19_999,
        "unclosed fences": long("```\n~~~\n"),
        "addresses": long("(https://a.jp/(b) "),
        "addresses, brackets": "https://a.jp/" + "()" * 9_000,
        "addresses, closing": long("https://a.jp/" + ")" * 190 + " "),
        "addresses, commas": long("http://a,"),
        "\\ and paths": long("C:\\a\\_b*\\"),
        "\\. in one word": long("\\.a_"),
        "< ×200": long("<" * 190 + "a:"),
        "<a:b": long("<ab:c "),
        "& ;": long("&a;&#1;&"),
        "@a": long("@a @"),
        "formulas": long("=A1*B1+"),
        "noise": "".join(chance.choice(noise) for _ in range(LONGEST)),
    }


def _repeated(part: str, most: int = LONGEST) -> str:
    return (part * most)[:most]


def spent(typed: str) -> tuple[float, str]:
    """Return the processor seconds, and the sentence of a refusal ("" without one)."""
    best, sentence = float("inf"), ""
    for _ in range(3):
        gc.collect()
        began = time.thread_time()
        try:
            text.to_html(typed)
        except text.BadTextError as error:
            sentence = str(error)
        best = min(best, time.thread_time() - began)
    return best, sentence


def measured() -> dict[str, list[tuple[float, str]]]:
    """Return the figures of both groups, in order."""
    app = Flask("texts")
    Babel(app, default_locale="ja")
    with app.test_request_context():
        spent("a")
        everyday = ordinary()
        return {
            "ordinary": [(sum(spent(typed)[0] for typed in everyday) / len(everyday), "")],
            "hostile": [spent(typed) for typed in hostile().values()],
        }


def _by(folder: Path) -> dict[str, list[tuple[float, str]]]:
    command = [sys.executable, __file__, "--json"]
    environment = {**os.environ, "TEXTS_OF": str(folder)}
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def main(say: Callable[[str], object] = print) -> int:
    """Print the table. Return 1 if a text takes too long, else 0."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--beside", type=Path, help="a checkout whose code renders the same texts")
    arguments.add_argument("--json", action="store_true", help="figures of this checkout only")
    given = arguments.parse_args()
    ours = measured()
    if given.json:
        say(json.dumps(ours))
        return 0
    others = _by(given.beside.resolve()) if given.beside else None
    beside = f" (beside: {others['ordinary'][0][0] * 1000:.2f} ms)" if others else ""
    say(f"an ordinary post: {ours['ordinary'][0][0] * 1000:.2f} ms{beside}\n")
    say(f"{'hostile text':<24}{'s':>8}{'beside':>9}")
    for place, (name, (seconds, sentence)) in enumerate(zip(hostile(), ours["hostile"], strict=True)):
        other = f"{others['hostile'][place][0]:>9.3f}" if others else " " * 9
        say(f"{name:<24}{seconds:>8.3f}{other}  {'ok' if seconds < BOUND else 'NO'}  {sentence}")
    return int(any(seconds >= BOUND for seconds, _ in ours["hostile"]))


if __name__ == "__main__":
    sys.exit(main())
