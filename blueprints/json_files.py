"""JSON files for people and machines to read."""

import json


def to_json(value: object) -> bytes:
    """Return the value as an indented JSON file, Japanese as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
