"""One of each thing that somebody may not see, and who may. Written down by hand, not asked of the rules."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from community import audit
from community.forums import actions as forums
from community.moderation import actions as moderation
from community.signin.tokens import fingerprint
from models.accounts import Account, Invitation, Segment
from models.audit import AuditEntry
from models.base import db, now
from models.files import StoredFile
from models.forums import Audience, Category, Draft, Post, Topic
from models.joining import CompanyLink, JoinRequest
from models.mail import Mail
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.walks import RoomWalk

A_PEOPLE = {"owner", "colleague", "company_admin"}
CUSTOMERS = A_PEOPLE | {"stranger", "moderator", "third", "partner"}
STAFF = {"community_manager", "cs", "administrator"}
MEMBERS = CUSTOMERS | STAFF
SIGNED_IN = MEMBERS | {"prospect"}
# A suspended person's session is a guest's.
NOBODY_IN = {"guest", "suspended"}
EVERYBODY = SIGNED_IN | NOBODY_IN
MODERATORS = {"moderator", "community_manager", "administrator"}
MANAGERS = {"community_manager", "administrator"}
SCORES = {"cs", "community_manager", "administrator"}

INVITATION_TOKEN = "a-token-that-only-the-invited-person-has"
LINK_TOKEN = "a-token-that-a-company-hands-around"
JOIN_TOKEN = "a-token-that-proves-an-address"


@dataclass
class Place:
    """A topic with a reply, and who may read it; `removed`: hidden, so that only moderators and its author see it."""

    topic: Topic
    opening: Post
    reply: Post
    readers: set[str]


@dataclass
class World:
    cast: Cast
    places: dict[str, Place]
    pictures: dict[str, tuple[str, set[str]]]
    invitation: Invitation
    company_link: CompanyLink
    foreign_link: CompanyLink
    mail: Mail
    category: Category
    draft: Draft
    audit_entry: AuditEntry
    of_rooms: dict[str, Any] = field(default_factory=dict)  # the rows of rooms whose walks make some, by their names
    given: set[str] = field(default_factory=set)  # tokens of rooms' letters and links, for those they were given to


def make_world(cast: Cast, walks: Iterable[RoomWalk]) -> World:
    """Topics by `owner` of A with a reply by `colleague`, on categories of every kind; and the rows of these rooms."""
    categories = {
        "public": Category(slug="public", name="公開", position=1, readers=Audience.PUBLIC),
        "signed_in": Category(slug="signed-in", name="検討中の方も", position=2, readers=Audience.SIGNED_IN),
        "members": Category(slug="members", name="会員", position=3),
        "staff": Category(slug="staff", name="運営", position=4, readers=Audience.STAFF, posters=Audience.STAFF),
        "private": Category(slug="private", name="A社", position=5, account_id=cast.a.id),
        "high_touch": Category(slug="high", name="ハイタッチ", position=6, segments=Segment.HIGH.value),
        "removed": Category(slug="removed", name="会員2", position=7),
    }
    db.session.add_all(categories.values())
    db.session.flush()
    readers = {
        "public": EVERYBODY,
        "signed_in": SIGNED_IN,
        "members": MEMBERS,
        "staff": STAFF,
        "private": A_PEOPLE | STAFF,
        "high_touch": STAFF,  # all companies of the cast are mid touch
        "removed": MODERATORS | {"owner"},
    }
    places = {name: _open(cast, category, readers[name]) for name, category in categories.items()}
    moderation.remove(places["removed"].topic, cast.community_manager, RemovalReason.OFF_TOPIC)
    pictures = {"loose": (_picture(cast, None), {"owner"})}
    for name, place in places.items():
        pictures[name] = (_picture(cast, place.reply), place.readers)
    invitation = Invitation(
        token_hash=fingerprint(INVITATION_TOKEN),
        email="newcomer@example.jp",
        account_id=cast.a.id,
        invited_by_id=cast.cs.id,
        expires_at=now() + timedelta(days=3),
    )
    company_link, foreign_link = _link(cast.a, cast, LINK_TOKEN), _link(cast.b, cast, "another-token")
    request = JoinRequest(
        token_hash=fingerprint(JOIN_TOKEN),
        email="joiner@example.jp",
        account=cast.a,
        link=company_link,
        expires_at=now() + timedelta(days=1),
    )
    cast.colleague.totp_salt, cast.colleague.totp_since = "salt", now()
    mail = Mail(message_id="<1@example>", kind="reset", to_address="owner@example.jp", subject="s", text="t", html="h")
    draft = Draft(member_id=cast.owner.id, place="new", form_key="a-form", title="書きかけ", body="まだ途中です")
    db.session.add_all([invitation, company_link, foreign_link, request, mail, draft])
    entry = audit.record(cast.administrator.id, "member.suspend", "member", cast.third.id, reason="千葉さんの件")
    db.session.flush()
    world = World(
        cast, places, pictures, invitation, company_link, foreign_link, mail, categories["members"], draft, entry
    )
    world.of_rooms.update({walk.name: walk.populate(world) for walk in walks if walk.populate})
    return world


def _link(account: Account, cast: Cast, token: str) -> CompanyLink:
    return CompanyLink(
        token_hash=fingerprint(token),
        account=account,
        own_domains_only=False,
        max_uses=5,
        made_by_id=cast.cs.id,
        expires_at=now() + timedelta(days=3),
    )


def _open(cast: Cast, category: Category, readers: set[str]) -> Place:
    opening = forums.open_topic(category, cast.owner, f"{category.name}の話題", "本文です。")
    topic = db.session.get(Topic, opening.topic_id)
    assert topic is not None
    reply = forums.post_reply(topic, cast.colleague, "返信です。")
    return Place(topic, opening, reply, readers)


def _picture(cast: Cast, post: Post | None) -> str:
    key = hashlib.sha256(str(post and post.id).encode()).hexdigest()[:32]
    db.session.add(
        StoredFile(
            key=key,
            owner_id=cast.owner.id,
            subject_kind="post" if post else None,
            subject_id=post.id if post else None,
            media_type="image/webp",
            width=1,
            height=1,
            size=1,
        )
    )
    return key
