"""A person changes company from today: what others wait to be mailed of their acts is mailed still, and once."""

from collections.abc import Callable

import pytest

from blueprints import transfers
from community.accounts import memberships
from community.ledger import reassignment
from community.mailings import tasks
from community.moderation import actions as moderation
from community.notifications import actions as notifications
from community.notifications import projector
from community.projections.actions import project_next, sequence_signals
from community.projections.checking import compare_with_rebuild
from community.projections.tasks import process_pending, rebuild
from models.accounts import Account
from models.base import today, transaction
from models.forums import Topic
from models.moderation import RemovalReason
from tests.mailings.conftest import Desk

EVERYBODY = [("colleague", "mention"), ("owner", "digest"), ("third", "digest")]


@pytest.fixture
def topic(desk: Desk) -> Topic:
    """Of which owner and third hear with the digest, and whoever is named at once."""
    return desk.topic(desk.cast.third)


def transfer(desk: Desk, account: Account) -> None:
    """The stranger goes on at the company from today."""
    planned = memberships.plan_transfer(desk.cast.stranger, account, today())
    with transaction():
        moved = []
        transfers.carry_out(
            planned, lambda: moved.extend(reassignment.carry_out(planned, by=desk.cast.cs, reason="転職"))
        )
        assert moved


def everything_sent(desk: Desk) -> list[tuple[str, str]]:
    """What has gone out by tomorrow's digest, and that there is nothing more the day after."""
    for _ in range(2):
        desk.write()
        desk.send()
        desk.later(days=1)
    return sorted((mail.to_address.partition("@")[0], mail.kind) for mail in desk.sent)


def just_written(desk: Desk) -> None:
    """Not even projected."""


def waiting(desk: Desk) -> None:
    process_pending()


def in_the_outbox(desk: Desk) -> None:
    desk.write()


def sent(desk: Desk) -> None:
    desk.write()
    desk.send()


@pytest.mark.parametrize("state", [just_written, waiting, in_the_outbox, sent])
@pytest.mark.parametrize("times", [1, 2])
def test_nobody_s_mail_is_lost_and_nobody_is_mailed_twice(
    desk: Desk, topic: Topic, state: Callable[[Desk], None], times: int
) -> None:
    desk.reply(topic, desk.cast.stranger, "@colleague さん、どうでしょう。")
    state(desk)
    for account in (desk.cast.c, desk.cast.b)[:times]:
        transfer(desk, account)
        if state is not just_written:
            process_pending()
    assert everything_sent(desk) == EVERYBODY
    rebuild((projector,))
    assert everything_sent(desk) == EVERYBODY
    assert compare_with_rebuild(projector).agrees


def test_what_is_sent_before_the_new_record_is_projected_goes_too(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger, "@colleague さん、どうでしょう。")
    desk.write()
    transfer(desk, desk.cast.c)
    tasks.write_mails()
    assert desk.send() == [("colleague", "mention")]
    assert everything_sent(desk) == EVERYBODY


def test_it_does_not_matter_where_a_chunk_ends(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger, "@colleague さん、どうでしょう。")
    process_pending()
    transfer(desk, desk.cast.c)
    with transaction():
        sequence_signals()
    more = True
    while more:
        with transaction():
            more = bool(project_next(projector, 1))
        tasks.write_mails()
        assert len(desk.waiting()) == 2
    assert everything_sent(desk) == EVERYBODY


def test_what_is_withdrawn_afterwards_is_not_mailed(desk: Desk, topic: Topic) -> None:
    post = desk.reply(topic, desk.cast.stranger, "@colleague さん、どうでしょう。")
    desk.write()
    transfer(desk, desk.cast.c)
    process_pending()
    with transaction():
        moderation.remove(post, desk.cast.stranger, RemovalReason.AUTHOR)
    assert everything_sent(desk) == []


def test_what_is_read_afterwards_is_not_mailed(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger, "@colleague さん、どうでしょう。")
    desk.write()
    transfer(desk, desk.cast.c)
    process_pending()
    with transaction():
        for member in (desk.cast.colleague, desk.cast.owner):
            assert notifications.mark_read(member.id) == 1
    assert everything_sent(desk) == [("third", "digest")]
