"""A room adds its part to the sample community."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from community.demo.actions import add_parts_of_rooms
from community.room import Room, Rooms, SampleCommunity
from tests.cast import Cast


def test_each_room_adds_its_part(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, date]] = []

    def write(community: SampleCommunity) -> str:
        written.append((community.people["owner"].handle, community.day))
        return "1 note"

    rooms = Rooms((Room("notes", sample=write), Room("without"), Room("more", sample=lambda _: "no scraps")))
    monkeypatch.setitem(app.extensions, "rooms", rooms)
    day = date(2026, 11, 22)
    said = add_parts_of_rooms(SampleCommunity(day, ZoneInfo("Asia/Tokyo"), {"a": cast.a}, {"owner": cast.owner}))
    assert written == [("owner", day)]
    assert said == ("1 note", "no scraps")
