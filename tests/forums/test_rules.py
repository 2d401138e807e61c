"""Who may read and write where, as a table of the whole cast and every category."""

from datetime import timedelta

import pytest

from community.forums import queries, rules
from models.accounts import AccountPhase, Member, Segment, Stage
from models.base import db, now
from models.forums import Topic
from models.moderation import Removal, RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, first_page, open_topic, reply

GUEST = "guest"
VENDOR = {"community_manager", "cs", "administrator"}
CUSTOMERS = {"owner", "colleague", "company_admin", "stranger", "moderator", "suspended", "third"}
MEMBERS = CUSTOMERS | {"partner"} | VENDOR
SIGNED_IN = MEMBERS | {"prospect"}
COMPANY_A = {"owner", "colleague", "company_admin"}

READERS = {
    "public": SIGNED_IN | {GUEST},
    "news": SIGNED_IN | {GUEST},
    "signed_in": SIGNED_IN,
    "members": MEMBERS,
    "inner": MEMBERS,  # public in itself: what it stands in asks for members
    "staff": VENDOR,
    "onboarding": VENDOR | {"third"},  # company C is being introduced
    "high_touch": VENDOR | {"third"},
    "private": COMPANY_A | VENDOR,  # not the moderator of company B
}
POSTERS = {**READERS, "public": MEMBERS, "news": VENDOR, "inner": MEMBERS}


@pytest.fixture
def people(cast: Cast) -> dict[str, Member | None]:
    """Company C is high touch and being introduced; the others are as the cast has them: mid touch, adopting."""
    day = now().date() - timedelta(days=30)
    db.session.add(AccountPhase(account_id=cast.c.id, from_day=day, segment=Segment.HIGH, stage=Stage.ONBOARDING))
    db.session.flush()
    return {**cast.people(), GUEST: None}


def test_everybody_reads_exactly_their_categories(people: dict[str, Member | None], forum: Forum) -> None:
    found: dict[str, set[str]] = {name: set() for name in READERS}
    for name, person in people.items():
        viewer = queries.get_viewer(person)
        readable = queries.readable_category_ids(viewer)
        for category_key, category in forum.categories().items():
            assert rules.can_read_category(viewer, category) == (category.id in readable)
            if category.id in readable:
                found[category_key].add(name)
    assert found == READERS


def test_everybody_writes_exactly_on_their_categories(people: dict[str, Member | None], forum: Forum) -> None:
    found = {
        category_key: {
            name for name, person in people.items() if rules.can_post_in(queries.get_viewer(person), category)
        }
        for category_key, category in forum.categories().items()
    }
    assert found == POSTERS


def test_a_phase_of_yesterday_does_not_count_today(people: dict[str, Member | None], cast: Cast, forum: Forum) -> None:
    db.session.add(
        AccountPhase(account_id=cast.c.id, from_day=now().date(), segment=Segment.HIGH, stage=Stage.ADOPTION)
    )
    db.session.flush()
    viewer = queries.get_viewer(cast.third)
    assert not rules.can_read_category(viewer, forum.onboarding)
    assert rules.can_read_category(viewer, forum.high_touch)


def test_members_talk_about_announcements_and_prospects_read_them(cast: Cast, forum: Forum) -> None:
    topic = open_topic(forum.news, cast.community_manager)
    may = {name for name, member in cast.people().items() if rules.can_reply(queries.get_viewer(member), topic)}
    assert may == MEMBERS
    assert not rules.can_reply(queries.get_viewer(None), topic)


def test_nobody_edits_the_words_of_others(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    assert [n for n, m in cast.people().items() if rules.can_edit(queries.get_viewer(m), post)] == ["stranger"]


def test_words_are_fixed_after_thirty_days(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    viewer = queries.get_viewer(cast.stranger)
    assert rules.can_edit(viewer, post, post.created_at + timedelta(days=rules.EDIT_DAYS))
    assert not rules.can_edit(viewer, post, post.created_at + timedelta(days=rules.EDIT_DAYS, seconds=1))


def test_the_asker_or_a_community_manager_says_what_solved_it(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    may = {name for name, member in cast.people().items() if rules.can_accept(queries.get_viewer(member), topic, post)}
    assert may == {"owner", "community_manager", "administrator"}


def test_a_question_does_not_answer_itself(cast: Cast, topic: Topic) -> None:
    opening = first_page(topic).opening
    assert opening is not None
    assert not rules.can_accept(queries.get_viewer(cast.owner), topic, opening)


def test_people_react_to_others_only(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    cannot = {name for name, member in cast.people().items() if not rules.can_react(queries.get_viewer(member), post)}
    assert cannot == {"stranger"}
    assert not rules.can_react(queries.get_viewer(None), post)


def test_the_author_and_moderators_see_what_was_removed(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    post.hidden_at = now()
    may = {name for name, member in cast.people().items() if rules.can_see_hidden(queries.get_viewer(member), post)}
    assert may == {"stranger", "moderator", "community_manager", "administrator"}
    assert not rules.can_see_hidden(queries.get_viewer(None), post)


def test_authors_restore_what_they_took_back_and_moderators_what_was_removed(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.stranger)
    post.hidden_at = now()

    def may_restore(reason: RemovalReason) -> set[str]:
        removal = Removal(item_kind="post", item_id=post.id, reason=reason, removed_by_id=cast.moderator.id)
        people = cast.people().items()
        return {name for name, member in people if rules.can_restore(queries.get_viewer(member), post, removal)}

    assert may_restore(RemovalReason.AUTHOR) == {"stranger"}
    assert may_restore(RemovalReason.SPAM) == {"moderator", "community_manager", "administrator"}


def test_moderators_remove_what_others_took_back(cast: Cast, topic: Topic) -> None:
    post = reply(topic, cast.moderator)
    post.hidden_at = now()

    def may_remove(reason: RemovalReason) -> set[str]:
        removal = Removal(item_kind="post", item_id=post.id, reason=reason, removed_by_id=cast.moderator.id)
        people = cast.people().items()
        return {name for name, member in people if rules.can_remove(queries.get_viewer(member), post, removal)}

    assert may_remove(RemovalReason.AUTHOR) == {"community_manager", "administrator"}
    assert may_remove(RemovalReason.SPAM) == set()
