"""Names of channels, and what clients send instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.realtime.channels import Channel, parse


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("topic:7", Channel("topic", 7)),
        ("member:9223372036854775807", Channel("member", 2**63 - 1)),
        ("accounts", Channel("accounts")),
    ],
)
def test_a_name_is_read_and_written_alike(name: str, channel: Channel) -> None:
    assert parse(name) == channel
    assert str(channel) == name


@pytest.mark.parametrize(
    "garbage",
    [
        None, 7, True, [], {}, "", ":", "topic:", "topic:0", "topic:-1", "topic:07", "topic:1.0", "topic: 7",
        "topic:7\n", "topic:７", "topic:٣", "Topic:7", "topic:9223372036854775808", "topic:" + "9" * 400, "a" * 25,
        "topic:7:8", "../etc", "topic;drop table", "トピック:7", "\x00", "topic:7\x00",
    ],
)  # fmt: skip
def test_garbage_is_no_channel(garbage: object) -> None:
    assert parse(garbage) is None


@given(st.text())
def test_whatever_is_a_channel_is_written_as_it_was_read(name: str) -> None:
    channel = parse(name)
    assert channel is None or str(channel) == name
