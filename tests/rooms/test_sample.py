"""A room adds its part to the sample community."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from community.demo.actions import add_parts_of_rooms
from community.room import Room, Rooms, SampleCommunity
from tests.cast import Cast


def test_each_room_adds_its_part(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, date]] = []

    def tell(community: SampleCommunity) -> None:
        told.append((community.people["owner"].handle, community.day))

    rooms: Rooms = app.extensions["rooms"]
    monkeypatch.setitem(app.extensions, "rooms", Rooms((*rooms.rooms, Room("notes", sample=tell))))
    day = date(2026, 11, 22)
    add_parts_of_rooms(SampleCommunity(day, ZoneInfo("Asia/Tokyo"), {"a": cast.a}, {"owner": cast.owner}))
    assert told == [("owner", day)]
