"""Names of the company and of people within a text: they stay there where names are not shown. Pure."""

import re
from collections.abc import Collection

SHORTEST = 2  # characters; one is a part of too many words


def list_names(company: str, people: Collection[str]) -> list[str]:
    """Return the names as people write them: of the company with 株式会社 and without, of people whole and by family.

    The longest comes first.
    """
    names = {company, _without_form(company), *people} | {person.split()[0] for person in people if person.split()}
    return sorted((name for name in names if len(name) >= SHORTEST), key=lambda name: (-len(name), name))


def find_names(words: str, names: Collection[str]) -> list[str]:
    """Return those of the names that stand in the text, without those that are part of another one."""
    found: list[str] = []
    for name in names:
        if name in words and not any(name in longer for longer in found):
            found.append(name)
    return found


def _without_form(company: str) -> str:
    return re.sub(r"株式会社|有限会社|合同会社|[(（]株[)）]|㈱", "", company).strip()
