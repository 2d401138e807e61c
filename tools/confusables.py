"""Make models/confusables.json anew (needs pip and a network; only run by hand).

The package below is the truth: change its version here, run the script, commit what it wrote. It carries Unicode's list
of characters that look alike (UTS 39). Kept is what can stand in the name of a domain (IDNA 2008) and is not ASCII:
each such character, and the one that stands for all that look like it.
"""

import json
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path

import idna
from idna import idnadata, intranges

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "models" / "confusables.json"
NAME, VERSION, LICENCE = "confusable-homoglyphs", "3.3.1", "MIT"
FILE = "confusable_homoglyphs/confusables.json"


def download() -> dict[str, list[dict[str, str]]]:
    """Let pip fetch the wheel, and return its list: of each character or string those that look like it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*command, "--dest", folder, f"{NAME}=={VERSION}"], check=True)
        wheel = next(Path(folder).glob("*.whl"))
        return json.loads(zipfile.ZipFile(wheel).read(FILE))


def group(pairs: dict[str, list[dict[str, str]]]) -> dict[str, set[str]]:
    """Return of each string the whole group that looks alike."""
    groups: dict[str, set[str]] = {}
    for one, others in pairs.items():
        merged = {one}.union(*(groups.get(each, {each}) for each in (one, *(other["c"] for other in others))))
        for each in merged:
            groups[each] = merged
    return groups


def is_in_domains(sign: str) -> bool:
    """Return whether the character can stand in the name of a domain as it is."""
    if len(sign) != 1:
        return False
    try:
        is_kept = idna.uts46_remap(sign) == sign
    except idna.IDNAError:
        return False
    return is_kept and intranges.intranges_contain(ord(sign), idnadata.codepoint_classes["PVALID"])


def rank(sign: str) -> tuple[bool, bool, bool, bool, str]:
    """Return the sort key by which one of a group stands for all: a small Latin letter before all others."""
    return (len(sign) > 1, not sign.isascii(), not is_in_domains(sign), not sign.isalpha(), sign)


def main() -> None:
    """Write the table."""
    table = {
        sign: unicodedata.normalize("NFD", min(alike, key=rank).lower())
        for sign, alike in group(download()).items()
        # What is composed is taken apart before it is looked up.
        if is_in_domains(sign) and not sign.isascii() and unicodedata.normalize("NFD", sign) == sign
    }
    # What stands for one may itself contain some for which another stands.
    for _ in range(3):
        table = {sign: "".join(table.get(part, part) for part in stands) for sign, stands in table.items()}
    table = {sign: stands for sign, stands in table.items() if stands != sign}
    source = {"package": NAME, "version": VERSION, "licence": LICENCE, "file": FILE}
    TABLE.write_text(json.dumps({"source": source, "table": dict(sorted(table.items()))}, ensure_ascii=False, indent=0))
    print(f"{len(table)} characters, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
