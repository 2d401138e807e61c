"""A post as one viewer sees it: words, marks and what they may do with it. Computed here, drawn in templates."""

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
from community.accounts.naming import author_company, author_label
from community.accounts.rules import is_staff
from community.config import Config
from community.forums import queries, rules
from community.forums.labels import category_name
from community.forums.paging import MOST_PLACEHOLDERS, get_run, page_number
from community.forums.viewer import Viewer
from community.moderation.labels import why_removed
from models.forums import Category, Post, ReactionKind, Topic
from models.moderation import Removal

from .labels import REACTIONS


@dataclass(frozen=True)
class PostView:
    """What `templates/forums/_post.html` draws. `state`: "", "hidden" (with its text) or "gone" (without)."""

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
        """Everything that the template draws, as a key: equal views look alike."""
        post = self.post
        plain = tuple(value for name, value in vars(self).items() if name not in {"post", "reactions"})
        tally = tuple((item["kind"], item["count"], item["mine"]) for item in self.reactions)
        times_of_post = post.created_at, post.edited_at  # the mark tells edits of one minute apart
        return post.id, post.topic_id, post.author_id, post.position, *times_of_post, plain, tally

    @property
    def mark(self) -> str:
        """Return what tells this view from another one of the same post, on open pages: times of day go by unmarked."""
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
    """Views of these posts, by id; their authors and companies must be loaded. One query, for the reactions."""
    reactions = queries.reactions_of([post.id for post in posts], viewer.member_id)
    reasons, spoken, clock = removals or {}, _spoken_reactions(), times.Clock()
    # Another answer can take the seal once the first one has given it back.
    open_to = _OpenTo(rules.can_decide(viewer, topic), is_solved, rules.can_reply(viewer, topic))
    return {
        post.id: _show_post(
            viewer, topic, post, _items(reactions[post.id], spoken), reasons.get(post.id), open_to, clock
        )
        for post in posts
    }


@dataclass(frozen=True)
class _OpenTo:
    """What of a viewer's rights is the same for all posts of the topic."""

    decide: bool
    is_solved: bool
    reply: bool


def _show_post(
    viewer: Viewer,
    topic: Topic,
    post: Post,
    reactions: list[dict[str, Any]],
    removal: Removal | None,
    open_to: _OpenTo,
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
        may=_may(viewer, topic, post, removal, open_to),
    )


def _visibility_of(viewer: Viewer, post: Post) -> str:
    if post.hidden_at is None:
        return ""
    return "hidden" if rules.can_see_hidden(viewer, post) else "gone"


def _may(viewer: Viewer, topic: Topic, post: Post, removal: Removal | None, open_to: _OpenTo) -> frozenset[str]:
    accepted = topic.accepted_post_id == post.id
    decides = open_to.decide and rules.can_accept(viewer, topic, post)
    asked = {
        "react": rules.can_react(viewer, post),
        "edit": rules.can_edit(viewer, post),
        "accept": decides and not accepted and not open_to.is_solved,
        "withdraw": decides and accepted,
        "remove": rules.can_remove(viewer, post) and not rules.can_remove_own(viewer, post),
        "take_back": rules.can_remove_own(viewer, post),
        "restore": rules.can_restore(viewer, post, removal),
        "quote": open_to.reply and post.hidden_at is None,
        "compare": post.edited_at is not None and rules.can_see_revisions(viewer, post),
    }
    return frozenset(what for what, allowed in asked.items() if allowed)


def items_of(reactions: dict[ReactionKind, tuple[int, bool]]) -> list[dict[str, Any]]:
    """Every kind in its order, with its number and whether it is mine."""
    return _items(reactions, _spoken_reactions())


def _items(
    reactions: dict[ReactionKind, tuple[int, bool]], spoken: list[tuple[ReactionKind, str, str]]
) -> list[dict[str, Any]]:
    items = []
    for kind, label, icon in spoken:
        count, mine = reactions.get(kind, (0, False))
        items.append({"kind": kind.value, "label": label, "icon": icon, "count": count, "mine": mine})
    return items


def _spoken_reactions() -> list[tuple[ReactionKind, str, str]]:
    """Said once for all posts of a page."""
    return [(kind, str(label), icon) for kind, (label, icon) in REACTIONS.items()]


def path_to(viewer: Viewer, category: Category, *, inclusive: bool = True) -> list[tuple[str, str | None]]:
    """The way from the front to a category, for a breadcrumb; its last step is no link where it is the page itself."""
    categories = list(reversed(viewer.categories.chain(category)))
    front = _("質問・相談")
    steps: list[tuple[str, str | None]] = [(front, url_for("forums.list_categories"))]
    if len(categories) > 1 and category_name(categories[0]) == front:
        steps.clear()  # a category of the front's own name: the way need not say it twice
    steps += [(category_name(each), url_for("forums.show_category", slug=each.slug)) for each in categories]
    return steps if inclusive else [*steps[:-1], (steps[-1][0], None)]


def product_name() -> str:
    config: Config = current_app.config["TSUDOI"]
    return config.product_name


def url_of(post: Post) -> str:
    """The post's lasting address, for wherever its page is not known: it leads there, however pages shift."""
    return url_for("forums.show_post", post_id=post.id)


def page_url(topic_id: int, number: int, anchor: str | None = None) -> str:
    """A page of a topic."""
    return url_for("forums.show_topic", topic_id=topic_id, page=number if number > 1 else None, _anchor=anchor)


def place_url(post: Post, viewer: Viewer) -> str:
    """Where the post is read now: its page, its place on it. One query; for a hidden one two.

    Who may not see a hidden one is led to what stands in its place.
    """
    number = page_number(post)
    hidden = post.hidden_at is not None
    sees = not hidden or rules.can_see_hidden(viewer, post)
    run = get_run(post) if not sees else None
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
    """What the margin of a question says of its way to the answer."""

    asked: str
    first_answer: str
    solved: str
    solved_in: str
    by: str


def solution_of(topic: Topic, accepted: Post | None, first_answer_at: datetime | None) -> Solution:
    by = ""
    if accepted is not None:
        by = product_name() if is_staff(accepted.author) else _("お客さま")
    return Solution(
        asked=times.when(topic.created_at),
        first_answer=_later(topic, first_answer_at),
        solved=_later(topic, topic.accepted_at) if accepted is not None else "",
        solved_in=_("%(span)sで解決", span=times.span(topic.accepted_at - topic.created_at))
        if accepted is not None and topic.accepted_at
        else "",
        by=by,
    )


def _later(topic: Topic, at: datetime | None) -> str:
    return _("%(span)s後", span=times.span(at - topic.created_at)) if at else ""
