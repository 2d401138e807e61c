"""Addresses of things of any room."""

from flask import request

from community.room import Thing


def path_of(thing: Thing) -> str:
    """Return the path of the thing's page, including the prefix where the application is mounted."""
    return request.root_path + thing.address
