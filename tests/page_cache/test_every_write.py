"""After any kind of write every cached page is what a freshly made one would be; what did not change stays cached."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import joinedload

from blueprints.page_cache import CACHED, PageCache
from community.accounts import actions as accounts
from community.accounts import memberships
from community.forums import actions, answers, categories, rerendering
from community.forums.transfers import follow_transfer
from community.moderation import actions as moderation
from community.public import Remembered
from models.accounts import Member, StaffRole
from models.base import db, now, today, transaction
from models.forums import Audience, Category, Post, Reaction, ReactionKind, Topic, TopicKind
from models.moderation import Removal, RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, make_forum, open_topic, reply
from tests.guest_versions import changed_since, read_versions
from tests.walked_rooms import WALKS

# The pages by their endpoints; a new one has to be named here, or by its room.
WALKED = {"home.show_home", *(endpoint for walk in WALKS for endpoint in walk.cached_pages)}


@dataclass
class Scene:
    """A forum in which two topics stand in different categories; `inside` is one that no guest may read."""

    client: FlaskClient
    cast: Cast
    forum: Forum
    child: Category
    topic: Topic
    other: Topic
    inside: Topic
    numbers: Iterator[int] = field(default_factory=count)

    def pages(self) -> list[str]:
        categories = [category.slug for category in (self.forum.public, self.forum.news, self.forum.inner, self.child)]
        topics = db.session.scalars(sa.select(Topic.id)).all()
        return [
            "/",
            "/forums",
            *(f"/forums?only={only}" for only in ("unanswered", "solved")),
            f"/forums?before={now().timestamp() + 60:.0f}-1",
            *(f"/forums/c/{slug}" for slug in categories),
            *(f"/forums/topics/{topic_id}" for topic_id in topics),
            f"/forums/topics/{self.topic.id}?page=2",
        ]

    def word(self) -> str:
        return f"ことば{next(self.numbers)}"

    def post(self) -> Post:
        """The last reply to the topic, as it is now."""
        chosen = sa.select(Post).where(Post.topic_id == self.topic.id, Post.position > 1).order_by(Post.id.desc())
        loaded = chosen.limit(1).options(joinedload(Post.author)).execution_options(populate_existing=True)
        found = db.session.scalar(loaded)
        if found is None or found.hidden_at is not None:
            self.reply(self.topic, self.cast.stranger)
            found = db.session.scalars(loaded).one()
        return found

    def reply(self, topic: Topic, author: Member) -> Post:
        """Also where the topic is hidden: nobody asks here who may."""
        return actions.post_reply(topic, author, self.word())


def move_to_another_company(scene: Scene) -> None:
    """A back-dated one, which corrects what stands beside the posts."""
    target = scene.cast.c if scene.cast.stranger.account is scene.cast.b else scene.cast.b
    move = memberships.plan_transfer(scene.cast.stranger, target, today() - timedelta(days=next(scene.numbers)))
    follow_transfer(move)
    memberships.carry_out_transfer(move, by=scene.cast.administrator, reason="移籍")


def restore(scene: Scene, item: Topic | Post) -> None:
    moderation.restore(item, scene.cast.moderator)


def render_anew(scene: Scene) -> None:
    old = {"render_version": 0, "html": f"<p>{scene.word()}</p>"}
    db.session.execute(sa.update(Post).where(Post.id == scene.post().id).values(old))
    rerendering.rerender_posts()


def hide_the_answer(scene: Scene) -> None:
    post = scene.post()
    answers.accept_answer(scene.topic, post, scene.cast.owner)
    moderation.remove(post, scene.cast.moderator, RemovalReason.SPAM)


def restore_something(scene: Scene) -> None:
    hidden = db.session.scalars(sa.select(Post).where(Post.topic_id == scene.topic.id, Post.hidden_at.is_not(None)))
    for post in hidden.all():
        restore(scene, post)


def react(scene: Scene) -> None:
    post, kinds = scene.post(), list(ReactionKind)
    kind = kinds[next(scene.numbers) % len(kinds)]
    if not answers.react(post, scene.topic, scene.cast.third, kind):
        answers.unreact(post, scene.topic, scene.cast.third, kind)


def take_all_reactions_back(scene: Scene) -> None:
    del scene
    db.session.execute(sa.delete(Reaction))


def edit_removal(scene: Scene) -> None:
    for removal in db.session.scalars(sa.select(Removal)):
        removal.reason = RemovalReason.AUTHOR if removal.reason != RemovalReason.AUTHOR else RemovalReason.SPAM


def edit_opening(scene: Scene) -> None:
    opening = db.session.scalars(sa.select(Post).where(Post.topic_id == scene.topic.id, Post.position == 1)).one()
    actions.edit_post(opening, scene.topic, scene.cast.owner, scene.word(), title=scene.word())


def set_column(what: Callable[[Scene], Any], name: str) -> Callable[[Scene], None]:
    return lambda scene: setattr(what(scene), name, scene.word())


def edit_category(**values: object) -> Callable[[Scene], None]:
    return lambda scene: categories.edit_category(scene.forum.public, scene.cast.administrator, values)


WRITES: dict[str, Callable[[Scene], object]] = {
    "reply": lambda s: s.reply(s.topic, s.cast.third),
    "reply elsewhere": lambda s: s.reply(s.other, s.cast.third),
    "reply inside": lambda s: s.reply(s.inside, s.cast.third),
    "reaction": react,
    "reaction by statement": take_all_reactions_back,
    "edit": lambda s: actions.edit_post(s.post(), s.topic, s.cast.stranger, s.word()),
    "edit of the question": edit_opening,
    "post hidden": lambda s: moderation.remove(s.post(), s.cast.moderator, RemovalReason.SPAM),
    "answer hidden": hide_the_answer,
    "posts restored": restore_something,
    "removal edited": edit_removal,
    "topic hidden": lambda s: moderation.remove(s.topic, s.cast.moderator, RemovalReason.SPAM),
    "topic restored": lambda s: restore(s, s.topic),
    "solved": lambda s: answers.accept_answer(s.topic, s.post(), s.cast.owner),
    "solved no more": lambda s: answers.withdraw_acceptance(s.topic, s.cast.owner),
    "new topic": lambda s: open_topic(s.child, s.cast.third, s.word()),
    "new topic inside": lambda s: open_topic(s.forum.members, s.cast.third, s.word()),
    "announcement": lambda s: open_topic(s.forum.news, s.cast.cs, s.word(), TopicKind.ANNOUNCEMENT),
    "topic's category": lambda s: setattr(s.other, "category_id", s.child.id),
    "topics by statement": lambda s: db.session.execute(sa.update(Topic).values(title=s.word())),
    "rendered anew": render_anew,
    "category named": lambda s: edit_category(name=s.word())(s),
    "category's readers": edit_category(readers=Audience.MEMBERS),
    "category's readers, all": edit_category(readers=Audience.PUBLIC),
    "category moved into another": lambda s: categories.edit_category(
        s.child, s.cast.administrator, {"parent_id": s.forum.news.id}
    ),
    "category moved back": lambda s: categories.edit_category(
        s.child, s.cast.administrator, {"parent_id": s.forum.public.id}
    ),
    "category up or down": lambda s: (
        categories.move_category(s.forum.news, s.cast.administrator, -1)
        or categories.move_category(s.forum.news, s.cast.administrator, 1)
    ),
    "category added": lambda s: categories.create_category(
        s.cast.administrator, {"slug": f"c{next(s.numbers)}", "name": s.word(), "readers": Audience.PUBLIC}
    ),
    "person's name": set_column(lambda s: s.cast.stranger, "family_name"),
    "person erased": lambda s: setattr(s.cast.stranger, "erased_at", now()),
    "person's role": lambda s: accounts.grant_role(s.cast.stranger, StaffRole.MODERATOR),
    "company's trade": set_column(lambda s: s.cast.b, "industry"),
    "company's name shown": lambda s: setattr(s.cast.b, "is_name_shown", not s.cast.b.is_name_shown),
    "company's kind": lambda s: setattr(s.cast.b, "kind", s.cast.c.kind),
    "change of company": move_to_another_company,
}


@pytest.fixture
def scene(client: FlaskClient, cast: Cast) -> Iterator[Scene]:
    forum = make_forum(cast)
    child = Category(slug="child", name="child", readers=Audience.PUBLIC, posters=Audience.MEMBERS)
    child.parent_id, child.position = forum.public.id, 0
    db.session.add(child)
    db.session.flush()
    with transaction():
        topic, other = open_topic(child, cast.owner, "一つめ"), open_topic(forum.news, cast.third, "二つめ")
        inside = open_topic(forum.members, cast.owner, "内輪")
        for person in (cast.stranger, cast.third):
            reply(topic, person)
            reply(other, person)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        yield Scene(client, cast, forum, child, topic, other, inside)


Answer = tuple[int, str | None, bytes]


def ask(scene: Scene, address: str) -> Answer:
    answer = scene.client.get(address)
    return answer.status_code, answer.headers.get("Location"), answer.data


def make_fresh(scene: Scene, address: str) -> Answer:
    """Made with nothing that was kept."""
    extensions = scene.client.application.extensions
    kept = extensions.pop("page_cache", None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Remembered, "get", lambda *given: given[3]())
        answer = ask(scene, address)
    extensions["page_cache"] = kept or PageCache()
    return answer


def check(scene: Scene, *, after: str) -> None:
    for address in scene.pages():
        assert ask(scene, address) == make_fresh(scene, address), f"{address} after {after}"


def test_every_cached_page_is_walked(app: Flask) -> None:
    assert {name for name, view in app.view_functions.items() if hasattr(view, CACHED)} == WALKED


@pytest.mark.parametrize("name", WRITES)
def test_a_cached_page_is_what_a_fresh_one_would_be(scene: Scene, name: str) -> None:
    check(scene, after="nothing")
    with transaction():
        WRITES[name](scene)
    check(scene, after=name)


@settings(max_examples=2, phases=[Phase.explicit, Phase.generate])
@given(names=st.lists(st.sampled_from(sorted(WRITES)), min_size=3, max_size=4))
def test_so_it_is_after_any_writes_in_any_order(scene: Scene, names: list[str]) -> None:
    for address in scene.pages():
        ask(scene, address)
    for name in names:
        with transaction():
            WRITES[name](scene)
        check(scene, after=f"{name} of {names}")


# What is touched; "everything" stands for itself.
TOUCHED = {
    "reply": {"topic", "child"},
    "reply elsewhere": {"other", "news"},
    "reply inside": {"inside", "members"},
    "reaction": {"topic"},
    "edit": {"topic"},
    "edit of the question": {"topic", "child"},
    "post hidden": {"topic", "child"},
    "topic hidden": {"topic", "child"},
    "solved": {"topic", "child"},
    "topic's category": {"everything"},
    "topics by statement": {"everything"},
    "category named": {"everything"},
    "person's name": {"everything"},
    "change of company": {"everything"},
}


@pytest.mark.parametrize("name", TOUCHED)
def test_a_write_touches_no_more_than_what_shows_it(scene: Scene, name: str) -> None:
    scene.post()
    with transaction():
        pass
    before = read_versions()
    with transaction():
        WRITES[name](scene)
    scopes = {
        "topic": f"topic:{scene.topic.id}",
        "other": f"topic:{scene.other.id}",
        "inside": f"topic:{scene.inside.id}",
        "child": f"category:{scene.child.id}",
        "news": f"category:{scene.forum.news.id}",
        "members": f"category:{scene.forum.members.id}",
        "everything": "everything",
    }
    assert changed_since(before) == {scopes[word] for word in TOUCHED[name]}


@pytest.mark.parametrize(
    ("name", "dropped"),
    {
        "reply": {"/", "/forums", "/forums/c/public", "/forums/c/child", "topic"},
        "reply inside": set(),
        "reaction": {"topic"},
        "person's name": {"/", "/forums", "/forums/c/public", "/forums/c/child", "/forums/c/news", "topic", "other"},
    }.items(),
)
def test_pages_that_do_not_show_it_stay_cached(scene: Scene, name: str, dropped: set[str]) -> None:
    addresses = {page: page for page in ("/", "/forums", "/forums/c/public", "/forums/c/child", "/forums/c/news")}
    addresses |= {"topic": f"/forums/topics/{scene.topic.id}", "other": f"/forums/topics/{scene.other.id}"}
    for address in addresses.values():
        ask(scene, address)
    with transaction():
        WRITES[name](scene)
    cache: PageCache = scene.client.application.extensions["page_cache"]
    before = {page: cached(cache, address) for page, address in addresses.items()}
    for address in addresses.values():
        ask(scene, address)
    assert {page for page, address in addresses.items() if cached(cache, address) is not before[page]} == dropped


def cached(cache: PageCache, address: str) -> object:
    found = cache.get((f"{address}?", "ja", ""))
    assert found is not None
    return found
