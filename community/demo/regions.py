"""Reads the companies around the twelve of the story: a file for each region, in which each person is one line.

A line reads `handle 姓 名 セイ メイ joined 部署 役職`; behind the handle `*` marks a company's administrator, `+` the
keen and `-` the quiet (outside_acts.py). A phase of `history` reads `[days, segment, stage]`, one of `rhythm`
`[days, seminar, mail, support]`. The result has the shape of companies.toml, members.toml and rhythm.toml.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from community.toml_files import read_folder

FOLDER = Path(__file__).parent / "regions"
HANDLE_AND_MARKS = re.compile(r"([a-z0-9-]+?)([*+-]*)")


@cache
def read_regional_companies() -> tuple[dict[str, Any], ...]:
    """Return the companies of all regions, shaped as those of companies.toml, each with its `people`."""
    return tuple(_company(entry) for _, region in read_folder(FOLDER) for entry in region["company"])


@cache
def read_regional_people() -> tuple[dict[str, Any], ...]:
    """Return the people of these companies, shaped as those of members.toml."""
    return tuple(person for company in read_regional_companies() for person in company["people"])


def list_regional_rhythms() -> list[dict[str, Any]]:
    """Return how much each of these companies takes part, shaped as in rhythm.toml; some companies have no entry."""
    return [company["rhythm_entry"] for company in read_regional_companies() if "rhythm_entry" in company]


def _company(entry: dict[str, Any]) -> dict[str, Any]:
    people = [_person(line, entry) for line in entry["people"].strip().splitlines()]
    read = {"kind": "customer", **entry, "people": people}
    if "history" in entry:
        read["history"] = [dict(zip(("days", "segment", "stage"), phase, strict=True)) for phase in entry["history"]]
    if "rhythm" in entry:
        read["rhythm_entry"] = _rhythm(entry, people)
    return read


def _person(line: str, company: dict[str, Any]) -> dict[str, Any]:
    marked, family_name, given_name, family_reading, given_reading, joined, *post = line.split()
    found = HANDLE_AND_MARKS.fullmatch(marked)
    assert found, line  # noqa: S101  our own file
    handle, marks = found.groups()
    return {
        "handle": handle,
        "name": [family_name, given_name, family_reading, given_reading],
        "company": company["key"],
        "department": " ".join(word for word in post if word != "-"),  # "-": nowhere, a title alone
        "title": "",
        "about": company.get("about", {}).get(handle, ""),
        "joined": int(joined),
        "admin": "*" in marks,
        "marks": marks,
    }


def _rhythm(entry: dict[str, Any], people: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("days", "seminar", "mail", "support")
    return {
        "key": entry["key"],
        "keen": [person["handle"] for person in people if "+" in person["marks"]],
        "quiet": [person["handle"] for person in people if "-" in person["marks"]],
        "phases": [dict(zip(names, phase, strict=True)) for phase in entry["rhythm"]],
    }
