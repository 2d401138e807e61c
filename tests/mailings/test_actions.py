"""Who is mailed of what: at once, once a day, or not at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from community.forums import actions as forums
from community.forums import answers
from community.mail import bounces
from community.mailings import actions, choices, rules, tasks
from community.moderation import actions as moderation
from community.notifications import actions as notifications
from community.notifications import projector
from community.projections.tasks import process_pending, rebuild
from models.accounts import Member
from models.base import db, now, transaction
from models.forums import Category, Topic
from models.mail import Delivery, Mail, NotificationMail
from models.moderation import RemovalReason
from tests.forums.conftest import counting_queries
from tests.mailings.conftest import MORNING, Desk, mails
from tests.mailings.crowd import add_crowd

REPLY = "reply"


@pytest.fixture
def topic(desk: Desk) -> Topic:
    """Owner's, whom every reply is mailed to at once, and third's, who had the suggestion."""
    desk.wants(desk.cast.owner, REPLY, Delivery.AT_ONCE)
    return desk.topic(desk.cast.third)


def test_each_as_they_chose(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger)
    [mail] = desk.write()
    assert (mail.kind, mail.to_address, mail.can_wait) == ("reply", "owner@example.jp", True)
    assert desk.send() == [("owner", "reply")]
    assert [(n.member_id, n.in_digest) for n in desk.waiting()] == [(desk.cast.third.id, True)]


def test_an_answers_author_and_who_is_named_hear_at_once(desk: Desk, topic: Topic) -> None:
    post = desk.reply(topic, desk.cast.stranger, "@colleague さん、どうでしょう。")
    with transaction():
        answers.accept_answer(topic, post, desk.cast.owner)
    desk.write()
    assert sorted(desk.send()) == [("colleague", "mention"), ("owner", "reply"), ("stranger", "accepted")]
    desk.later(days=1)
    desk.write()
    assert desk.send() == [("third", "digest")]
    text = desk.sent[-1].text
    assert "別府 直樹さんから返信が届きました" in text
    assert "見守っている質問が解決しました" in text


def test_who_has_left_is_named_in_no_mail(desk: Desk) -> None:
    desk.cast.third.locale = "en"
    topic = desk.topic()
    desk.reply(topic, desk.cast.stranger, "@third さん、時間帯です。")
    process_pending()
    with transaction():
        db.session.get_one(Member, desk.cast.stranger.id).erased_at = now()
    desk.write()
    desk.later(days=1)
    told = {mail.to_address.partition("@")[0]: mail.text for mail in desk.write()}
    assert "退会した方さんから返信" in told["owner"]
    assert "A former member" in told["third"]
    assert not [text for text in told.values() if desk.cast.stranger.family_name in text]


def test_an_act_is_mailed_once_whatever_is_read_anew(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger)
    [mail] = desk.write()
    desk.send()
    for again in (lambda: rebuild((projector,)), process_pending):
        again()
        assert desk.write() == [mail]
        assert desk.send() == []


def test_a_rebuild_over_the_weekend_loses_nothing_that_waits(desk: Desk, topic: Topic) -> None:
    desk.clock.move_to(MORNING.replace(day=5, hour=17))  # a Friday
    desk.reply(topic, desk.cast.stranger)
    desk.write()
    desk.later(days=2)
    with transaction():
        projector.reset()
    tasks.write_mails()  # while the notifications are gone
    tasks.send_waiting()
    rebuild((projector,))
    desk.clock.move_to(MORNING.replace(day=8, hour=9))
    desk.write()
    desk.send()
    assert sorted((mail.to_address.partition("@")[0], mail.kind) for mail in desk.sent) == [
        ("owner", "reply"),
        ("third", "digest"),
    ]


def test_a_member_mentioned_by_an_edit_is_mailed_of_that(desk: Desk, topic: Topic) -> None:
    post = desk.reply(topic, desk.cast.stranger)
    desk.write()
    with transaction():
        notifications.mention([desk.cast.third.id, desk.cast.partner.id], post)
    desk.write()
    waiting = {notice.member_id: notice.kind for notice in desk.waiting()}
    assert waiting == {desk.cast.third.id: "mention"}, "in the digest already"
    assert sorted(desk.send()) == [("owner", "reply"), ("partner", "mention")]


def test_nobody_is_mailed_of_history(desk: Desk, topic: Topic) -> None:
    """A load, an import, an act written down late; and what is read a day afterwards."""
    with transaction():
        forums.post_reply(topic, desk.cast.stranger, "昔の返信", at=now() - timedelta(hours=2))
    process_pending()
    desk.reply(topic, desk.cast.stranger)
    desk.later(days=1, minutes=1)
    assert desk.write() == []
    assert db.session.scalars(sa.select(NotificationMail)).all() == []


def test_a_withdrawn_act_is_mailed_only_if_it_comes_back(desk: Desk, topic: Topic) -> None:
    post = desk.reply(topic, desk.cast.stranger)
    process_pending()
    assert len(desk.waiting()) == 2
    with transaction():
        moderation.remove(post, desk.cast.moderator, RemovalReason.SPAM, "")
    assert desk.write() == []
    assert desk.waiting() == []
    with transaction():
        moderation.restore(post, desk.cast.moderator, "")
    assert [mail.kind for mail in desk.write()] == ["reply"]


def test_spam_removed_between_writing_and_sending_is_not_sent(desk: Desk, topic: Topic) -> None:
    post = desk.reply(topic, desk.cast.stranger)
    desk.write()
    with transaction():
        moderation.remove(post, desk.cast.moderator, RemovalReason.SPAM, "")
    assert desk.send() == []
    assert [mail.error for mail in mails()] == ["not wanted any more"]


def test_a_digest_loses_what_was_removed_before_it_went(desk: Desk, topic: Topic) -> None:
    other = desk.topic(desk.cast.third)
    post = desk.reply(topic, desk.cast.stranger)
    kept = desk.reply(other, desk.cast.stranger)
    desk.write()
    desk.later(days=1)
    desk.write()
    with transaction():
        moderation.remove(post, desk.cast.moderator, RemovalReason.SPAM, "")
    desk.send()
    desk.write()
    assert desk.send() == [("third", "digest")]
    assert f"/forums/posts/{kept.id}\n" in desk.sent[-1].text
    assert f"/forums/posts/{post.id}\n" not in desk.sent[-1].text


def erase(member: Member) -> None:
    member.erased_at = now()


def suspend(member: Member) -> None:
    member.suspended_until = now() + timedelta(days=1)


def end_contract(member: Member) -> None:
    assert member.account is not None
    member.account.contract_ended_on = now().date() - timedelta(days=365)


def bounce(member: Member) -> None:
    mail = Mail(message_id="<old@x>", kind="x", to_address=member.email, subject="", text="", html="", next_try=None)
    db.session.add(mail)
    db.session.flush()
    bounces.note(mail, "5.1.1")


@pytest.mark.parametrize("moment", ["before writing", "before sending"])
@pytest.mark.parametrize(
    ("change", "why"),
    [(erase, "nobody"), (suspend, "nobody"), (end_contract, "nobody"), (bounce, "bouncing")],
)
def test_who_is_not_reached_any_more_is_not_mailed(
    desk: Desk, topic: Topic, moment: str, change: Callable[[Member], None], why: str
) -> None:
    desk.reply(topic, desk.cast.stranger)
    process_pending()
    if moment == "before sending":
        desk.write()
    with transaction():
        change(desk.cast.owner)
    desk.write()
    assert desk.send() == []
    assert why in desk.obstacles()


@pytest.mark.parametrize("moment", ["before writing", "before sending"])
def test_a_category_that_closed_keeps_its_topics_out_of_mails(desk: Desk, topic: Topic, moment: str) -> None:
    desk.reply(topic, desk.cast.stranger)
    process_pending()
    if moment == "before sending":
        desk.write()
    with transaction():
        category = db.session.get_one(Category, topic.category_id)
        category.account_id = desk.cast.c.id
    desk.write()
    assert desk.send() == []
    assert "hidden" in desk.obstacles()


def test_what_was_read_meanwhile_is_not_mailed(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger)
    process_pending()
    with transaction():
        notifications.mark_read(desk.cast.owner.id)
    assert desk.write() == []
    desk.reply(topic, desk.cast.stranger)
    desk.write()
    with transaction():
        notifications.mark_read(desk.cast.owner.id)
    assert desk.send() == []


def test_a_removed_topic_is_mailed_to_nobody_not_even_its_author(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger)
    process_pending()
    with transaction():
        moderation.remove(topic, desk.cast.moderator, RemovalReason.OFF_TOPIC)
    tasks.write_mails()  # before the removal has been projected
    assert mails() == []


def test_at_night_and_on_holidays_it_waits(desk: Desk, topic: Topic) -> None:
    desk.clock.move_to(MORNING.replace(hour=18))
    desk.reply(topic, desk.cast.stranger)
    assert desk.write() == []
    desk.clock.move_to(MORNING.replace(day=4, hour=9))
    desk.write()
    assert ("owner", "reply") in desk.send()


def test_a_mail_whose_server_answers_at_night_waits_for_the_morning(desk: Desk, topic: Topic) -> None:
    desk.clock.move_to(MORNING.replace(hour=17, minute=59))
    desk.reply(topic, desk.cast.stranger)
    desk.write()
    desk.later(minutes=1)
    assert desk.send() == []
    desk.clock.move_to(MORNING.replace(day=4, hour=9))
    assert desk.send() == [("owner", "reply")]


def test_who_wants_it_is_mailed_at_any_hour(desk: Desk, topic: Topic) -> None:
    with transaction():
        choices.choose(desk.cast.owner.id, {}, at_any_hour=True)
    desk.clock.move_to(MORNING.replace(hour=23))
    desk.reply(topic, desk.cast.stranger)
    desk.write()
    assert desk.send() == [("owner", "reply")]


def test_what_is_over_the_cap_goes_into_the_digest(desk: Desk, topic: Topic) -> None:
    for _ in range(rules.DAILY_CAP + 1):
        desk.reply(topic, desk.cast.stranger)
    assert len([mail for mail in desk.write() if mail.to_address == "owner@example.jp"]) == rules.DAILY_CAP - 1
    desk.reply(topic, desk.cast.stranger)
    desk.write()
    assert desk.send() == [("owner", "reply")] * (rules.DAILY_CAP - 1)
    desk.later(days=1)
    desk.write()
    assert sorted(desk.send()) == [("owner", "digest"), ("third", "digest")]
    [mine] = [mail for mail in desk.sent if (mail.to_address, mail.kind) == ("owner@example.jp", "digest")]
    assert "返信が3件届きました" in mine.text


def test_there_is_one_digest_a_day(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger)
    desk.write()
    desk.later(days=1)
    desk.write()
    with transaction():
        db.session.execute(
            sa.update(NotificationMail).where(NotificationMail.in_digest).values(due_at=now(), mail_id=None)
        )
    desk.write()
    assert len([mail for mail in mails() if mail.kind == "digest"]) == 1
    assert [n.due_at for n in desk.waiting()] == [MORNING.replace(day=5, hour=9)]


def test_who_came_to_the_site_gets_no_digest(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger)
    desk.write()
    desk.later(hours=1)
    with transaction():
        desk.cast.third.visited_at = now()
    desk.later(days=1)
    desk.write()
    assert [mail.kind for mail in mails()] == ["reply"]
    assert "seen" in desk.obstacles()


def test_overdue_news_is_left_out(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger)
    process_pending()
    desk.later(days=rules.OVERDUE_AFTER.days, hours=1)
    assert desk.write() == []
    assert desk.obstacles() == {"overdue"}


def test_what_is_done_is_forgotten_after_a_while(desk: Desk, topic: Topic) -> None:
    desk.reply(topic, desk.cast.stranger)
    desk.write()
    desk.send()
    desk.later(days=rules.KEPT_FOR.days + 1)
    tasks.write_mails()
    with transaction():
        actions.forget_old()
    assert mails() == []
    assert db.session.scalars(sa.select(NotificationMail)).all() == []


def test_five_hundred_cost_the_request_no_more_than_one(desk: Desk, topic: Topic) -> None:
    costs = []
    for crowd in (0, 500):
        if crowd:
            add_crowd(db.session.connection(), topic.id, desk.cast.a.id, crowd)
        with counting_queries() as statements:
            desk.reply(topic, desk.cast.stranger)
        costs.append(len(statements))
        process_pending()
        with counting_queries() as statements:
            tasks.write_mails()
        costs.append(len(statements))
    assert costs[2] == costs[0]
    assert costs[3] <= costs[1] * 3, "by chunks of 250, not by people"
    assert len({mail.message_id for mail in mails()}) == 1 + 501
    assert len({mail.text for mail in mails()}) == 1 + 501, "each has a way out of its own"
