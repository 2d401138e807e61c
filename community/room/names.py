"""Checks that no two rooms give a part the same name: the later would silently replace the earlier."""

from collections.abc import Iterable


def check_names(parts: str, named: Iterable[tuple[str, str]]) -> None:
    """Raise ValueError where two parts have one name. `named`: each part's name, and the name of the room it is of.

    `parts`: what they are, for the error: "notification kinds".
    """
    owners: dict[str, str] = {}
    for name, room in named:
        if name in owners:
            msg = f'two {parts} are named "{name}": one of {owners[name]}, one of {room}'
            raise ValueError(msg)
        owners[name] = room
