"""Notices in mails: at once, in the digest, or not at all, like notifications of acts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from community.mailings import actions, rules, tasks
from community.notifications import actions as notifications
from community.notifications import projector
from community.notifications.notices import notify, withdraw
from community.projections.tasks import rebuild
from community.room import NotificationKind
from models.accounts import Member
from models.base import db, now, transaction
from models.mail import Delivery, NotificationMail
from models.notifications import Notice
from tests.forums.conftest import counting_queries
from tests.mailings.conftest import Desk, mails
from tests.notifications import made_up
from tests.notifications.made_up import REMINDER, REVIEW, YOURS


@pytest.fixture(autouse=True)
def notes(app: Flask) -> Iterator[None]:
    with made_up.room_added():
        yield


@pytest.fixture
def note(desk: Desk) -> tuple[str, int]:
    return made_up.note(1, desk.cast.colleague)


def tell(desk: Desk, kind: NotificationKind, *members: Member, key: str = "k", **how: Any) -> None:  # noqa: ANN401  as `notify` has them
    with transaction():
        notify(kind, [member.id for member in members], ("note", 1), key=key, by=desk.cast.colleague, **how)


def test_each_kind_goes_as_it_suggests(desk: Desk, note: tuple[str, int]) -> None:
    tell(desk, REVIEW, desk.cast.owner, desk.cast.third)
    tell(desk, REMINDER, desk.cast.owner, key="soon")
    assert [mail.kind for mail in desk.write()] == ["note_review", "note_review"]
    assert sorted(desk.send()) == [("owner", "note_review"), ("third", "note_review")]
    text = desk.sent[0].text
    assert "覚え書き1\nhttp://localhost:8000/notes/1\n\n> 本文" in text
    assert desk.cast.colleague.display_name in text
    assert [(n.member_id, n.in_digest) for n in desk.waiting()] == [(desk.cast.owner.id, True)]


def test_a_digest_gathers_both_sources(desk: Desk, note: tuple[str, int]) -> None:
    topic = desk.topic(desk.cast.third)
    post = desk.reply(topic, desk.cast.stranger)
    tell(desk, REMINDER, desk.cast.third)
    desk.write()
    desk.later(days=1)
    desk.write()
    assert sorted(desk.send()) == [("owner", "digest"), ("third", "digest")]
    [text] = [mail.text for mail in desk.sent if mail.to_address == "third@example.jp"]
    assert f"http://localhost:8000/forums/posts/{post.id}\n" in text
    assert "■ 覚え書き1\n- 期限が近づいています（1）\nhttp://localhost:8000/notes/1\n" in text


def test_what_the_person_chose_holds(desk: Desk, note: tuple[str, int]) -> None:
    desk.wants(desk.cast.owner, REVIEW.name, Delivery.NONE)
    desk.wants(desk.cast.third, REVIEW.name, Delivery.DIGEST)
    tell(desk, REVIEW, desk.cast.owner, desk.cast.third)
    assert desk.write() == []
    assert desk.obstacles() == {"unwanted"}
    assert [n.member_id for n in desk.waiting()] == [desk.cast.third.id]


def test_the_day_s_cap_counts_notices_too(desk: Desk, note: tuple[str, int]) -> None:
    for number in range(rules.DAILY_CAP + 1):
        tell(desk, REVIEW, desk.cast.owner, key=f"k{number}")
    assert len(desk.write()) == rules.DAILY_CAP - 1
    assert all(n.in_digest for n in desk.waiting())


def test_at_night_it_waits(desk: Desk, note: tuple[str, int]) -> None:
    desk.later(hours=10)
    tell(desk, REVIEW, desk.cast.owner)
    assert desk.write() == []
    desk.later(hours=14)
    assert [mail.kind for mail in desk.write()] == ["note_review"]


def test_it_is_mailed_when_it_is_due(desk: Desk, note: tuple[str, int]) -> None:
    tell(desk, REVIEW, desk.cast.owner, due_at=now() + timedelta(hours=3))
    assert desk.write() == []
    desk.later(hours=3)
    assert [mail.kind for mail in desk.write()] == ["note_review"]


@pytest.mark.parametrize("moment", ["before writing", "before sending"])
@pytest.mark.parametrize("why", ["withdrawn", "expired", "hidden", "read"])
def test_what_ends_meanwhile_is_not_mailed(desk: Desk, note: tuple[str, int], moment: str, why: str) -> None:
    tell(desk, REVIEW, desk.cast.owner, expires_at=now() + timedelta(hours=2))
    if moment == "before sending":
        desk.write()
    with transaction():
        match why:
            case "withdrawn":
                withdraw(REVIEW, "k")
            case "expired":
                desk.later(hours=2)
            case "hidden":
                made_up.note(1, desk.cast.colleague, desk.cast.owner)
            case _:
                notifications.mark_read(desk.cast.owner.id)
    desk.write()
    assert desk.send() == []
    assert desk.obstacles() == {why}


def test_nobody_is_mailed_twice(desk: Desk, note: tuple[str, int]) -> None:
    for _ in range(2):
        tell(desk, REVIEW, desk.cast.owner)
        rebuild((projector,))
        desk.write()
        desk.send()
    assert len(desk.sent) == 1
    with transaction():  # were the rows lost, the mail itself would still be known
        db.session.execute(sa.delete(NotificationMail))
        db.session.execute(sa.delete(Notice))
    tell(desk, REVIEW, desk.cast.owner)
    desk.write()
    assert desk.send() == []
    assert len(mails()) == 1


def test_a_mail_tells_of_its_own_thing_whoever_shares_the_key(desk: Desk, note: tuple[str, int]) -> None:
    other = made_up.note(2, desk.cast.colleague, desk.cast.owner)
    cast = desk.cast
    with transaction():
        notify(REVIEW, [cast.owner.id], note, key="k", by=cast.colleague)
        notify(REVIEW, [cast.third.id], other, key="k", by=cast.colleague)
        notify(REVIEW, [cast.stranger.id], other, key="k", by=cast.cs)
        notify(YOURS, [cast.owner.id], note, key="k", by=cast.colleague)
    desk.write()
    desk.send()
    said = ("/notes/1", "/notes/2", cast.colleague.display_name, cast.cs.display_name)
    told = {
        (mail.to_address.partition("@")[0], mail.kind): [words for words in said if words in mail.text]
        for mail in desk.sent
    }
    assert told == {
        ("owner", "note_review"): ["/notes/1", cast.colleague.display_name],
        ("owner", "note_yours"): ["/notes/1", cast.colleague.display_name],
        ("third", "note_review"): ["/notes/2", cast.colleague.display_name],
        ("stranger", "note_review"): ["/notes/2", cast.cs.display_name],
    }


def test_what_is_done_is_forgotten_and_stays_done(desk: Desk, note: tuple[str, int]) -> None:
    tell(desk, REVIEW, desk.cast.owner)
    desk.write()
    desk.send()
    desk.later(days=rules.KEPT_FOR.days + 1)
    with transaction():
        actions.forget_old()
    assert mails() == []
    assert db.session.scalars(sa.select(NotificationMail)).all() == []
    tell(desk, REVIEW, desk.cast.owner)
    assert desk.write() == []


def test_a_kind_that_no_room_has_any_more_is_left_out(desk: Desk, note: tuple[str, int]) -> None:
    tell(desk, REVIEW, desk.cast.owner)
    with transaction():
        db.session.execute(sa.update(NotificationMail).values(kind="no_such"))
    assert desk.write() == []
    assert desk.obstacles() == {"unknown"}


def test_many_cost_no_more_queries_than_one(desk: Desk, note: tuple[str, int]) -> None:
    costs = []
    for number, members in enumerate([[desk.cast.owner], [desk.cast.third, desk.cast.stranger, desk.cast.partner]]):
        tell(desk, REVIEW, *members, key=f"k{number}")
        with counting_queries() as statements:
            tasks.write_mails()
        costs.append(len(statements))
    assert costs[0] == costs[1]
