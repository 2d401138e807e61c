"""Names of rooms, and what clients send instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.realtime.rooms import Room, parse


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("topic:7", Room("topic", 7)),
        ("member:9223372036854775807", Room("member", 2**63 - 1)),
        ("accounts", Room("accounts")),
    ],
)
def test_a_name_is_read_and_written_alike(name: str, room: Room) -> None:
    assert parse(name) == room
    assert str(room) == name


@pytest.mark.parametrize(
    "garbage",
    [
        None, 7, True, [], {}, "", ":", "topic:", "topic:0", "topic:-1", "topic:07", "topic:1.0", "topic: 7",
        "topic:7\n", "topic:７", "topic:٣", "Topic:7", "topic:9223372036854775808", "topic:" + "9" * 400, "a" * 25,
        "topic:7:8", "../etc", "topic;drop table", "トピック:7", "\x00", "topic:7\x00",
    ],
)  # fmt: skip
def test_garbage_is_no_room(garbage: object) -> None:
    assert parse(garbage) is None


@given(st.text())
def test_whatever_is_a_room_is_written_as_it_was_read(name: str) -> None:
    room = parse(name)
    assert room is None or str(room) == name
