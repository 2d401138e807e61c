"""What the forum, people and companies let be found, and by whom: never more than their own rules show."""

import random

import pytest
import sqlalchemy as sa

from community.__main__ import _reindex
from community.accounts import actions as accounts
from community.accounts import companies, rules
from community.accounts import indexing as people
from community.forums import actions as forums
from community.forums import answers, categories, queries
from community.forums import indexing as forum_indexing
from community.forums.rules import can_read_topic
from community.moderation import actions as moderation
from community.search import actions as search
from community.search.conditions import has_state
from community.search.queries import Order, Search, count_documents, find
from models.accounts import AccountKind, Member, Segment, StaffRole, Stage
from models.base import db
from models.forums import Audience, Post, Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, load, make_forum, open_topic, reply

Hits = set[tuple[str, int]]


@pytest.fixture
def forum(cast: Cast) -> Forum:
    return make_forum(cast)


def hits(member: Member | None, typed: str, state: str = "") -> Hits:
    """All that the person finds."""
    tokens = forum_indexing.tokens_of(queries.get_viewer(member)) | people.tokens_of(member) | {"public"}
    chosen = (has_state(state, ("topic", "post")),) if state else ()
    asked = Search(typed, tokens, chosen, order=Order.NEWEST)
    found, number = [], 1
    while page := find(asked, number).hits:
        found += [(hit.kind, hit.thing_id) for hit in page]
        number += 1
    assert find(asked).count == len(found) == len(set(found))
    return set(found)


def readable(member: Member | None) -> Hits:
    """The same by the rules of the forum alone, one thing after the other."""
    viewer, found = queries.get_viewer(member), set()
    posts = db.session.execute(sa.select(Post, Topic).join(Topic, Topic.id == Post.topic_id))
    for post, topic in posts:
        if topic.hidden_at is None and post.hidden_at is None and can_read_topic(viewer, topic):
            found.add(("topic", topic.id) if post.position == 1 else ("post", post.id))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_nobody_finds_what_they_may_not_read(cast: Cast, forum: Forum, seed: int) -> None:
    chance = random.Random(seed)
    places, everybody = list(forum.categories().values()), [None, *cast.people().values()]
    posts: list[tuple[Post, Topic]] = []
    for category in places:
        topic = open_topic(category, cast.owner, f"共通の題 {category.slug}")
        posts += [(forums.post_reply(topic, cast.cs, "CSVは共通の文です"), topic) for _ in range(2)]
    for _ in range(3):
        for post, topic in chance.sample(posts, 5):
            _change(chance, cast, post, topic)
        _change_category(chance, cast, chance.choice(places))
        for member in everybody:
            assert hits(member, "csv") == readable(member), member and member.handle


def _change(chance: random.Random, cast: Cast, post: Post, topic: Topic) -> None:
    by, item = cast.community_manager, chance.choice([post, topic])
    what = chance.randrange(3)
    if what == 0:
        moderation.remove(item, by, RemovalReason.OTHER)
    elif what == 1:
        moderation.restore(item, by)
    elif post.hidden_at is None and topic.hidden_at is None:
        forums.edit_post(post, topic, cast.cs, f"CSVを{chance.random()}回なおした共通の文です")


def _change_category(chance: random.Random, cast: Cast, category: object) -> None:
    values = chance.choice(
        [
            {"readers": chance.choice(list(Audience)).value},
            {"segments": chance.choice(["", Segment.HIGH.value, Segment.MID.value])},
            {"stages": chance.choice(["", Stage.ONBOARDING.value, Stage.ADOPTION.value])},
            {"account_id": chance.choice([None, cast.a.id, cast.b.id])},
        ]
    )
    categories.edit_category(category, cast.administrator, values)  # pyright: ignore[reportArgumentType]


def test_a_question_is_found_by_its_title_and_as_it_was_edited(cast: Cast, forum: Forum) -> None:
    topic = open_topic(forum.public, cast.owner, "稟議が止まります")
    opening = load(db.session.scalars(sa.select(Post).where(Post.topic_id == topic.id)).one())
    assert hits(None, "稟議") == {("topic", topic.id)}
    forums.edit_post(opening, topic, cast.owner, "**帳票**の話です", "押印が止まります")
    assert hits(None, "稟議") == set()
    assert hits(None, "押印 帳票の話") == {("topic", topic.id)}


def test_what_solved_a_question_is_found_among_the_solved(cast: Cast, topic_with_reply: tuple[Topic, Post]) -> None:
    topic, post = topic_with_reply
    both: Hits = {("topic", topic.id), ("post", post.id)}
    assert (
        hits(None, "csv", state="solved"),
        hits(None, "csv", state="open"),
    ) == (set(), {("topic", topic.id)})
    answers.accept_answer(topic, post, cast.owner)
    assert (
        hits(None, "csv", state="solved"),
        hits(None, "csv", state="open"),
    ) == (both, set())
    moderation.remove(post, cast.community_manager, RemovalReason.OTHER)
    assert (
        hits(None, "csv", state="solved"),
        hits(None, "csv", state="open"),
    ) == (set(), {("topic", topic.id)})
    moderation.restore(post, cast.community_manager)
    assert hits(None, "csv", state="solved") == both
    answers.withdraw_acceptance(topic, cast.owner)
    assert hits(None, "csv", state="solved") == set()


@pytest.fixture
def topic_with_reply(cast: Cast, forum: Forum) -> tuple[Topic, Post]:
    topic = open_topic(forum.public, cast.owner, "CSVの質問")
    return topic, reply(topic, cast.stranger, "CSVの答え")


# --- people and companies


def test_people_are_found_by_name_reading_and_handle_by_those_who_may_know_them(cast: Cast) -> None:
    member = accounts.add_member(
        "w@example.jp",
        "nabe",
        "渡邊",
        given_name="真",
        family_reading="ワタナベ",
        given_reading="マコト",
        bio="帳票の係",
    )
    found: Hits = {("member", member.id)}
    for typed in ("渡辺", "渡邉真", "渡辺 真", "わたなべ", "ワタナベマコト", "nabe", "帳票"):
        assert hits(cast.stranger, typed) == found, typed
        assert hits(None, typed) == hits(cast.prospect, typed) == set()
    accounts.grant_role(member, StaffRole.CS)
    assert hits(cast.prospect, "渡辺") == found
    accounts.change_profile(member, {**_profile(member), "family_name": "佐伯", "family_reading": "サエキ"})  # pyright: ignore[reportArgumentType]
    assert (hits(cast.stranger, "渡辺"), hits(cast.stranger, "佐伯")) == (set(), found)


def _profile(member: Member) -> dict[str, str]:
    names = ("family_name", "given_name", "family_reading", "given_reading", "headline", "bio")
    return {name: getattr(member, name) for name in names}


def test_people_are_found_as_their_profile_is_shown(cast: Cast) -> None:
    for member in cast.people().values():
        member.bio = "example"
    _index_cast(cast)
    for viewer in (None, *cast.people().values()):
        found = hits(viewer, "example")
        for name, member in cast.people().items():
            if viewer is not member:  # a prospect need not look for themselves
                may = viewer is not None and rules.can_see_profile(viewer, member)
                assert (("member", member.id) in found) == may, (viewer, name)


def test_a_company_is_found_by_those_who_have_a_page_of_it(cast: Cast) -> None:
    company = companies.create_company(
        {"name": "㈱髙島精工", "reading": "タカシマセイコウ", "kind": AccountKind.CUSTOMER}, (), None,
        by=cast.administrator, today=cast.a.created_at.date(),
    )  # fmt: skip
    for name, member in {"guest": None, **cast.people()}.items():
        may = name in {"community_manager", "cs", "administrator"}
        for typed in ("株式会社高島", "たかしま"):
            assert hits(member, typed) == ({("account", company.id)} if may else set()), name
    companies.change_company(company, {"name": "㈱小島精工"}, (), by=cast.administrator)
    assert hits(cast.cs, "高島") == set()


def test_a_companys_name_finds_none_of_its_people(cast: Cast) -> None:
    _index_cast(cast)
    assert hits(cast.stranger, "あさひ製作所") == set()
    assert hits(cast.cs, "あさひ製作所") == {("account", cast.a.id)}


def test_those_who_were_erased_are_forgotten(cast: Cast) -> None:
    _index_cast(cast)
    cast.owner.erased_at = cast.owner.created_at
    people.index_members(cast.owner)
    assert ("member", cast.owner.id) not in hits(cast.stranger, "青木")


def _index_cast(cast: Cast) -> None:
    people.index_members(*cast.people().values())
    people.index_accounts(cast.a, cast.b, cast.vendor)


# --- building the index anew


def test_reindex_gives_what_the_acts_gave(cast: Cast, forum: Forum, topic_with_reply: tuple[Topic, Post]) -> None:
    topic, post = topic_with_reply
    hidden = reply(topic, cast.third, "CSVの宣伝")
    moderation.remove(hidden, cast.community_manager, RemovalReason.SPAM)
    answers.accept_answer(topic, post, cast.owner)
    _index_cast(cast)
    people.index_accounts(cast.c, cast.prospect_account, cast.partner_account)
    before = {
        m and m.handle: [hits(m, t) for t in ("csv", "株式会社", "青木")] for m in (None, *cast.people().values())
    }
    number = count_documents()
    search.forget_everything()
    assert hits(cast.cs, "csv") == set()
    forum_indexing.index_after(0, limit=1)
    assert _reindex() == number
    after = {m and m.handle: [hits(m, t) for t in ("csv", "株式会社", "青木")] for m in (None, *cast.people().values())}
    assert after == before
