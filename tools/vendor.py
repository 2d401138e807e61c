"""Fetch the browser libraries into static/vendor and write VENDOR.json (needs npm and a network; only run by hand).

The list below is the truth: change a version here, run the script, commit what it wrote.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "static" / "vendor" / "VENDOR.json"


@dataclass(frozen=True)
class Package:
    """One npm package and the files of it that we keep, as {file in the package: file in the project}."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "socket.io-client",
        "4.8.4",
        "MIT",
        {
            "dist/socket.io.esm.min.js": "static/vendor/socket.io/socket.io.esm.min.js",
            "LICENSE": "static/vendor/socket.io/LICENSE",
        },
    ),
    Package(
        "@github/markdown-toolbar-element",
        "2.2.3",
        "MIT",
        {
            "dist/index.js": "static/vendor/markdown-toolbar-element/index.js",
            "LICENSE": "static/vendor/markdown-toolbar-element/LICENSE",
        },
    ),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        {"axe.min.js": "tests/vendor/axe.min.js", "LICENSE": "tests/vendor/axe.LICENSE"},
    ),
    Package(
        "commonmark-spec",
        "0.31.2",
        "CC-BY-SA-4.0",
        {"spec.txt": "tests/vendor/commonmark-spec.txt", "LICENSE": "tests/vendor/commonmark-spec.LICENSE"},
    ),
)


def packed(package: Package, folder: Path) -> Path:
    """Let npm download the package's tarball into the folder; npm checks its integrity."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return folder / done.stdout.strip().splitlines()[-1]


def without_map(content: bytes) -> bytes:
    """Drop the pointer to a source map that we do not ship; browsers would ask for it."""
    lines = content.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(b"//# sourceMappingURL="))


def copied(package: Package, tarball: Path) -> list[dict[str, str]]:
    """Write the package's files into the project and describe each."""
    entries = []
    with tarfile.open(tarball) as archive:
        for inside, outside in package.files.items():
            member = archive.extractfile(f"package/{inside}")
            if member is None:
                message = f"{package.name}: {inside} is not a file"
                raise FileNotFoundError(message)
            content = without_map(member.read())
            target = ROOT / outside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            entries.append(
                {
                    "file": outside,
                    "name": package.name,
                    "version": package.version,
                    "licence": package.licence,
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
    return entries


def main() -> None:
    """Fetch every package and write the manifest."""
    entries: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            entries += copied(package, packed(package, Path(scratch)))
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
