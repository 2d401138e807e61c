"""A post as one viewer sees it: its texts, and what they may do with it. Computed here, drawn by templates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import times
from blueprints.live_parts import make_mark
from blueprints.people import profile_of
from community.accounts.labels import role_name
from community.accounts.names import author_company, author_label
from community.accounts.rules import is_staff
from community.app.cached_urls import cached_url
from community.config import Config
from community.forums import queries, rules
from community.forums.labels import category_name
from community.forums.paging import MOST_PLACEHOLDERS, get_hidden_run, page_number
from community.forums.viewer import Viewer
from community.moderation.labels import why_removed
from models.forums import Category, Post, ReactionKind, Topic
from models.moderation import Removal

from .labels import REACTIONS


@dataclass(frozen=True)
class PostView:
    """What `templates/forums/_post.html` draws. `state`: "", "hidden" (drawn with its text) or "gone" (without)."""

    post: Post
    name: str
    html: Markup
    at_text: str
    href: str
    company: str
    staff: str
    role: str
    profile_url: str | None
    mine: bool
    state: str
    reason: str
    edited_text: str
    reactions: list[dict[str, Any]]
    is_accepted: bool
    may: frozenset[str]

    @property
    def seen(self) -> tuple[Any, ...]:
        """Everything that the template draws, as a key: equal keys are drawn alike."""
        post = self.post
        plain = tuple(value for name, value in vars(self).items() if name not in {"post", "reactions"})
        tally = tuple((item["kind"], item["count"], item["mine"]) for item in self.reactions)
        times_of_post = post.created_at, post.edited_at  # the mark differs for two edits in one minute
        return post.id, post.topic_id, post.author_id, post.position, *times_of_post, plain, tally

    @property
    def mark(self) -> str:
        """A digest of what the view says, by which open pages notice changes. Relative times are not in it."""
        facts = {name: value for name, value in vars(self).items() if name not in {"post", "at_text", "edited_text"}}
        facts |= {"may": sorted(self.may), "edited_at": self.post.edited_at}
        return make_mark(*facts.items())


def show_posts(
    viewer: Viewer,
    topic: Topic,
    posts: list[Post],
    removals: dict[int, Removal] | None = None,
    *,
    is_solved: bool = False,
) -> dict[int, PostView]:
    """Return the views of these posts by id; authors and companies must be loaded. One query, for the reactions."""
    reactions = queries.reactions_of([post.id for post in posts], viewer.member_id)
    reasons, labels, clock = removals or {}, _translated_reactions(), times.Clock()
    # Another answer can be accepted only when the first one is withdrawn.
    rights = _TopicRights(rules.can_decide(viewer, topic), is_solved, rules.can_reply(viewer, topic))
    return {
        post.id: _show_post(
            viewer, topic, post, _reaction_items(reactions[post.id], labels), reasons.get(post.id), rights, clock
        )
        for post in posts
    }


@dataclass(frozen=True)
class _TopicRights:
    """Those of the viewer's rights that are the same for all posts of the topic."""

    decide: bool
    is_solved: bool
    reply: bool


def _show_post(
    viewer: Viewer,
    topic: Topic,
    post: Post,
    reactions: list[dict[str, Any]],
    removal: Removal | None,
    rights: _TopicRights,
    clock: times.Clock,
) -> PostView:
    state = _visibility_of(viewer, post)
    author = post.author
    of_staff = is_staff(author)
    return PostView(
        post=post,
        name=author_label(viewer.member, post),
        html=Markup(post.html if state != "gone" else ""),  # noqa: S704  made by community.text
        at_text=clock.when(post.created_at),
        href=url_of(post),
        company=author_company(viewer.member, post),
        staff=product_name() if of_staff else "",
        role=role_name(author),
        profile_url=profile_of(author, viewer.member),
        mine=viewer.member_id == post.author_id,
        state=state,
        reason=why_removed(removal, detailed=state == "hidden") if state else "",
        edited_text=_("%(when)s に編集", when=clock.when(post.edited_at)) if post.edited_at else "",
        reactions=reactions,
        is_accepted=topic.accepted_post_id == post.id and post.hidden_at is None,
        may=_list_permissions(viewer, topic, post, removal, rights),
    )


def _visibility_of(viewer: Viewer, post: Post) -> str:
    if post.hidden_at is None:
        return ""
    return "hidden" if rules.can_see_hidden(viewer, post) else "gone"


def _list_permissions(
    viewer: Viewer, topic: Topic, post: Post, removal: Removal | None, rights: _TopicRights
) -> frozenset[str]:
    accepted = topic.accepted_post_id == post.id
    decides = rights.decide and rules.can_accept(viewer, topic, post)
    asked = {
        "react": rules.can_react(viewer, post),
        "edit": rules.can_edit(viewer, post),
        "accept": decides and not accepted and not rights.is_solved,
        "withdraw": decides and accepted,
        "remove": rules.can_remove(viewer, post, removal) and not rules.can_remove_own(viewer, post),
        "take_back": rules.can_remove_own(viewer, post),
        "restore": rules.can_restore(viewer, post, removal),
        "quote": rights.reply and post.hidden_at is None,
        "compare": post.edited_at is not None and rules.can_see_revisions(viewer, post),
    }
    return frozenset(what for what, allowed in asked.items() if allowed)


def items_of(reactions: dict[ReactionKind, tuple[int, bool]]) -> list[dict[str, Any]]:
    """Return every kind of reaction in order, with its count and whether it is the viewer's own."""
    return _reaction_items(reactions, _translated_reactions())


def _reaction_items(
    reactions: dict[ReactionKind, tuple[int, bool]], labels: list[tuple[ReactionKind, str, str]]
) -> list[dict[str, Any]]:
    items = []
    for kind, label, icon in labels:
        count, mine = reactions.get(kind, (0, False))
        items.append({"kind": kind.value, "label": label, "icon": icon, "count": count, "mine": mine})
    return items


def _translated_reactions() -> list[tuple[ReactionKind, str, str]]:
    """Return kind, translated label and icon of each reaction; once for all posts of a page."""
    return [(kind, str(label), icon) for kind, (label, icon) in REACTIONS.items()]


def path_to(viewer: Viewer, category: Category, *, inclusive: bool = True) -> list[tuple[str, str | None]]:
    """Return the breadcrumb from the forum's first page to a category; not `inclusive`: its last step is no link."""
    categories = list(reversed(viewer.categories.chain(category)))
    front = _("質問・相談")
    steps: list[tuple[str, str | None]] = [(front, cached_url("forums.list_categories"))]
    if len(categories) > 1 and category_name(categories[0]) == front:
        steps.clear()  # a category with the name of the forum's first page: not twice
    steps += [(category_name(each), cached_url("forums.show_category", slug=each.slug)) for each in categories]
    return steps if inclusive else [*steps[:-1], (steps[-1][0], None)]


def product_name() -> str:
    """Return the name of the vendor's product."""
    config: Config = current_app.config["TSUDOI"]
    return config.product_name


def url_of(post: Post) -> str:
    """Return the post's lasting address, which leads to its page however pages shift."""
    return cached_url("forums.show_post", post_id=post.id)


def page_url(topic_id: int, number: int, anchor: str | None = None) -> str:
    """Return the address of a page of a topic."""
    return url_for("forums.show_topic", topic_id=topic_id, page=number if number > 1 else None, _anchor=anchor)


def place_url(post: Post, viewer: Viewer) -> str:
    """Return the address of the page and place where the post stands now. One query; two if it is hidden.

    A viewer who may not see a hidden post gets the address of what stands in its place.
    """
    number = page_number(post)
    hidden = post.hidden_at is not None
    sees = not hidden or rules.can_see_hidden(viewer, post)
    run = get_hidden_run(post) if not sees else None
    is_folded = run is not None and run.count > MOST_PLACEHOLDERS
    return url_for(
        "forums.show_topic",
        topic_id=post.topic_id,
        page=number if number > 1 else None,
        hidden_since=post.position if hidden and sees else None,
        _anchor=f"hidden-{run.first}" if run is not None and is_folded else f"post-{post.id}",
    )


@dataclass(frozen=True)
class Solution:
    """What the margin of a question says about how it was solved."""

    asked: str
    first_answer: str
    solved: str
    solved_in: str
    by: str


def solution_of(topic: Topic, accepted: Post | None, first_answer_at: datetime | None) -> Solution:
    """Return what the margin says; empty texts for what has not happened yet."""
    by = ""
    if accepted is not None:
        by = product_name() if is_staff(accepted.author) else _("お客さま")
    return Solution(
        asked=times.when(topic.created_at),
        first_answer=_format_time_until(topic, first_answer_at),
        solved=_format_time_until(topic, topic.accepted_at) if accepted is not None else "",
        solved_in=_("%(span)sで解決", span=times.span(topic.accepted_at - topic.created_at))
        if accepted is not None and topic.accepted_at
        else "",
        by=by,
    )


def _format_time_until(topic: Topic, at: datetime | None) -> str:
    return _("%(span)s後", span=times.span(at - topic.created_at)) if at else ""
