"""Make community/signin/common_passwords.bin anew (needs pip and a network; only run by hand).

The packages below are the truth: change a version here, run the script, commit what it wrote. Of each entry, and of
what is left of it without digits and signs, the first bytes of its SHA-256 are kept, sorted: a list to look things up
in, not one to read.
"""

import ast
import gzip
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "community" / "signin" / "common_passwords.bin"
RECORD = LIST.with_suffix(".json")
# As community/signin/guessing.py reads it.
DIGEST_BYTES = 6
SHORTEST = 4


@dataclass(frozen=True)
class Package:
    """A wheel that carries a list of passwords by how often leaks show them."""

    name: str
    version: str
    licence: str
    file: str


PACKAGES = (
    Package("django", "5.2.19", "BSD-3-Clause", "django/contrib/auth/common-passwords.txt.gz"),
    Package("zxcvbn", "4.5.0", "MIT", "zxcvbn/frequency_lists.py"),
)


def downloaded(package: Package, folder: Path) -> Path:
    """Let pip fetch the wheel into the folder."""
    wanted = f"{package.name}=={package.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*command, "--dest", str(folder), wanted], check=True)
    return next(folder.glob(f"{package.name}-{package.version}-*.whl"))


def read_words(name: str, content: bytes) -> list[str]:
    """The passwords in a list of one a line, or in zxcvbn's module of lists."""
    if name.endswith(".gz"):
        return gzip.decompress(content).decode().split()
    module = ast.parse(content.decode())
    lists = next(node.value for node in module.body if isinstance(node, ast.Assign))
    if not isinstance(lists, ast.Dict):
        raise TypeError(name)
    for key, value in zip(lists.keys, lists.values, strict=True):
        # Each is "a,b,c".split(",").
        if key is None or not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            continue
        if ast.literal_eval(key) == "passwords":
            return str(ast.literal_eval(value.func.value)).split(",")
    raise LookupError(name)


def forms_of(word: str) -> Iterator[str]:
    """The word, and its letters alone."""
    plain = word.casefold()
    for form in (plain, re.sub(r"[\d\W_]+", "", plain)):
        if len(form) >= SHORTEST:
            yield form


def main() -> None:
    """Write the list and its record."""
    words: set[str] = set()
    sources = []
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            wheel = downloaded(package, Path(scratch))
            with zipfile.ZipFile(wheel) as archive:
                words |= set(read_words(package.file, archive.read(package.file)))
            sources.append(vars(package) | {"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()})
    digests = {hashlib.sha256(form.encode()).digest()[:DIGEST_BYTES] for word in words for form in forms_of(word)}
    LIST.write_bytes(b"".join(sorted(digests)))
    record = {
        "file": str(LIST.relative_to(ROOT)),
        "entries": len(digests),
        "sha256": hashlib.sha256(LIST.read_bytes()).hexdigest(),
        "made_of": sources,
    }
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
