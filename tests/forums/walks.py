"""What the walks ask of the forum."""

from typing import TYPE_CHECKING

from tests.access.world import EVERYBODY, MANAGERS, MEMBERS, MODERATORS, NOBODY_IN, SIGNED_IN, World
from tests.walks import GUEST, MEMBER, STAFF, Act, Knock, Meanwhile, RoomWalk, Stop

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

REASON = "4月から運営に加わったため"


def list_knocks(world: World) -> list[Knock]:
    return [*_plain(), *_of_things(world), *_of_places(world), *_of_moderation(world)]


def _plain() -> list[Knock]:
    return [
        Knock("forums.list_categories", EVERYBODY),
        Knock("forums.new_topic", MEMBERS),
        Knock("forums.open_topic", MEMBERS, "POST"),
        Knock("forums.preview", SIGNED_IN, "POST", data={"body": "x"}),
        Knock("forums.show_draft", SIGNED_IN, values={"place": "new"}),
        Knock("forums.save_draft", SIGNED_IN, "POST", {"place": "new"}, {"body": "x"}),
        Knock("forums.check_sent", SIGNED_IN, "POST", {"place": "new"}, {"body": "x"}),
        Knock("forums.list_drafts", SIGNED_IN),
        Knock("forums.list_own_contributions", SIGNED_IN),
        Knock("forums.list_all_categories", MANAGERS),
        Knock("forums.create_category", MANAGERS),
        Knock("forums.create_category", MANAGERS, "POST"),
    ]


def _of_things(world: World) -> list[Knock]:
    cast = world.cast
    category, draft = {"category_id": world.category.id}, {"draft_id": world.draft.id}
    return [
        Knock("forums.list_contributions_of", MEMBERS, values={"handle": cast.owner.handle}, about="a customer's"),
        Knock("forums.list_contributions_of", SIGNED_IN, values={"handle": cast.cs.handle}, about="the vendor"),
        Knock("forums.edit_category", MANAGERS, values=category),
        Knock("forums.edit_category", MANAGERS, "POST", category),
        Knock("forums.move_category", MANAGERS, "POST", {**category, "direction": "up"}),
        Knock("forums.discard_draft", {"owner"}, "POST", draft),
        Knock("forums.restore_draft", {"owner"}, "POST", draft),
    ]


def _of_places(world: World) -> list[Knock]:
    knocks: list[Knock] = []
    for name, place in world.places.items():
        readers, inside = place.readers, place.readers - NOBODY_IN
        topic, reply, opening = (
            {"topic_id": place.topic.id},
            {"post_id": place.reply.id},
            {"post_id": place.opening.id},
        )
        shown = name != "removed"
        writers = inside & MEMBERS if shown else set()
        category = {"slug": {"signed_in": "signed-in", "high_touch": "high"}.get(name, name)}
        knocks += [
            Knock("forums.show_category", readers if shown else MEMBERS, values=category),
            Knock("forums.show_topic", readers, values=topic),
            Knock("forums.show_unread", readers, values=topic),
            Knock("forums.show_post", readers, values=reply),
            Knock("forums.show_updates", readers, values=topic),
            Knock("forums.list_new_posts", readers, values=topic),
            Knock("forums.mark_read", inside, "POST", topic, {"position": "1"}),
            Knock("forums.watch_topic", inside, "POST", {**topic, "choice": "watch"}),
            Knock("forums.post_reply", writers, "POST", topic),
            Knock("forums.react", inside - {"colleague"}, "POST", reply, {"kind": "thanks"}),
            Knock(
                "home.do_welcome_act",
                inside - {"owner"},
                "POST",
                {"name": "same", "thing_id": place.topic.id},
            ),
            Knock("forums.list_revisions", inside, values=reply),
            Knock("forums.edit_post", inside & {"colleague"}, values=reply, about="its author"),
            Knock("forums.save_post", inside & {"colleague"}, "POST", reply, about="its author"),
            Knock("forums.edit_post", inside & {"owner"}, values=opening, about="its author"),
            Knock("forums.accept_answer", inside & ({"owner"} | MANAGERS) if shown else set(), "POST", reply),
            Knock("forums.withdraw_acceptance", inside & ({"owner"} | MANAGERS) if shown else set(), "POST", reply),
        ]
        for knock in knocks:
            knock.about = knock.about or name
    return knocks


def _of_moderation(world: World) -> list[Knock]:
    knocks: list[Knock] = []
    for name, place in world.places.items():
        inside, shown = place.readers - NOBODY_IN, name != "removed"
        topic, reply, opening = (
            {"kind": kind, "item_id": item.id}
            for kind, item in (("topic", place.topic), ("post", place.reply), ("post", place.opening))
        )
        knocks += [
            Knock("moderation.take_back", inside & {"colleague"}, "POST", reply, about="its author"),
            Knock("moderation.take_back", set(), "POST", topic, about="it is not its author's alone"),
            Knock("moderation.remove", inside & MODERATORS, values=reply),
            Knock("moderation.remove", inside & MODERATORS, "POST", reply),
            Knock("moderation.remove", set(), values=opening, about="a topic goes as a whole"),
            Knock("moderation.restore", set(), "POST", reply, about="it is not hidden"),
            Knock("moderation.remove", inside & MODERATORS if shown else set(), values=topic),
            Knock("moderation.remove", inside & MODERATORS if shown else set(), "POST", topic),
            Knock("moderation.restore", set() if shown else MODERATORS, "POST", topic),
        ]
        for knock in knocks:
            knock.about = knock.about or name
    return knocks


def list_acts(world: World) -> list[Act]:
    category, categories = {"category_id": world.category.id}, {"name": "新しい棚", "slug": "new-category"}
    reply = {"kind": "post", "item_id": world.places["members"].reply.id}
    topic = {"kind": "topic", "item_id": world.places["members"].topic.id}
    spam = {"reason": "spam", "note": REASON}
    return [
        Act("forums.create_category", "community_manager", "forums.create_category", {}, categories),
        Act("forums.edit_category", "community_manager", "forums.edit_category", category, {"name": "改めた棚"}),
        Act("forums.move_category", "community_manager", "forums.move_category", {**category, "direction": "up"}),
        Act("moderation.remove", "moderator", "moderation.remove", reply, spam, reason=REASON),
        Act("moderation.remove", "moderator", "moderation.remove", topic, spam, reason=REASON),
    ]


def list_further_acts(world: World) -> list[Act]:
    reply = {"post_id": world.places["members"].reply.id}
    accepted = {"post_id": world.places["public"].reply.id}
    removed = {"kind": "topic", "item_id": world.places["removed"].topic.id}
    return [
        Act("forums.accept_answer", "community_manager", "forums.accept_for_asker", reply),
        Act("forums.withdraw_acceptance", "community_manager", "forums.withdraw_for_asker", accepted),
        Act("moderation.restore", "moderator", "moderation.restore", removed, {"note": REASON}, reason=REASON),
    ]


def list_stops(things: "Things") -> list[Stop]:
    return [
        Stop("forums.list_categories", "/forums", (GUEST, MEMBER, STAFF)),
        Stop("forums.show_category", f"/forums/c/{things.category}", (MEMBER, STAFF)),
        Stop("forums.show_category", f"/forums/c/{things.category}?only=unanswered", keep="category filtered"),
        Stop("forums.show_topic", f"/forums/topics/{things.public}", (GUEST,), keep="topic for guests"),
        Stop("forums.show_topic", f"/forums/topics/{things.solved}", (MEMBER, STAFF)),
        Stop("forums.show_topic", f"/forums/topics/{things.unanswered}", keep="topic unanswered"),
        Stop("forums.show_topic", f"/forums/topics/{things.removed}", (STAFF,), keep="topic removed"),
        Stop("forums.new_topic", "/forums/topics/new"),
        Stop("forums.edit_post", f"/forums/posts/{things.own_post}/edit"),
        Stop("forums.list_revisions", f"/forums/posts/{things.own_post}/history"),
        Stop("forums.list_drafts", "/forums/drafts"),
        Stop("forums.list_own_contributions", "/forums/mine"),
        Stop("forums.list_contributions_of", f"/forums/people/{things.handle}?what=replies"),
        Stop("forums.list_all_categories", "/forums/categories", (STAFF,)),
        Stop("forums.create_category", "/forums/categories/new", (STAFF,)),
        Stop("forums.edit_category", f"/forums/categories/{things.category}/edit", (STAFF,)),
        Stop("forums.open_topic", "/forums/topics/new", (MEMBER,), "投稿する", 422, "new topic refused"),
        Stop("forums.post_reply", f"/forums/topics/{things.solved}", (MEMBER,), "返信する", 422, "reply refused"),
        Stop("forums.create_category", "/forums/categories/new", (STAFF,), "保存する", 422, "category refused"),
    ]


FORUMS_WALK = RoomWalk(
    name="forums",
    knocks=list_knocks,
    unseen_forms={
        "forums.mark_read": ({"topic_id": 0}, ("position",)),
        "forums.preview": ({}, ("body",)),
        "forums.save_draft": (
            {"place": "new"},
            ("body", "title", "category", "kind", "form_key", "save_number", "draft"),
        ),
        "forums.check_sent": ({"place": "new"}, ("body", "title", "category", "form_key")),
        "forums.restore_draft": ({"draft_id": 0}, ()),
    },
    meanwhile={
        "forums.create_category": Meanwhile.CREATES,
        "forums.open_topic": Meanwhile.CREATES,
        "forums.post_reply": Meanwhile.CREATES,
        "forums.save_draft": Meanwhile.CREATES,  # a draft has its own rules: docs/decisions on drafts
        "forums.accept_answer": Meanwhile.ONE_PRESS,
        "forums.check_sent": Meanwhile.ONE_PRESS,  # writes nothing
        "forums.discard_draft": Meanwhile.ONE_PRESS,
        "forums.watch_topic": Meanwhile.ONE_PRESS,
        "forums.mark_read": Meanwhile.ONE_PRESS,
        "forums.move_category": Meanwhile.ONE_PRESS,
        "forums.preview": Meanwhile.ONE_PRESS,
        "forums.react": Meanwhile.ONE_PRESS,
        "forums.restore_draft": Meanwhile.ONE_PRESS,
        "forums.withdraw_acceptance": Meanwhile.ONE_PRESS,
    },
    checked={"forums.edit_category": "category", "forums.save_post": "post"},
    acts=list_acts,
    further_acts=list_further_acts,
    cached_pages=frozenset({"forums.list_categories", "forums.show_category", "forums.show_topic"}),
    stops=list_stops,
    no_page=frozenset(
        {
            "forums.list_new_posts",
            "forums.show_draft",
            "forums.show_post",
            "forums.show_unread",
            "forums.show_updates",
        }
    ),
)
