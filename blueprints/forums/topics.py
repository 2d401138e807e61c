"""A topic's page, watching a topic, and opening a new one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import attachments
from blueprints.access import public, signed_in_member, signed_in_only
from blueprints.conversions import list_conversions
from blueprints.fields import choice
from blueprints.page_cache import cached_for_guests
from blueprints.throttling import requester
from community import text
from community.accounts.names import author_label
from community.extensions import limiter
from community.files.rules import FileRefusedError
from community.forums import actions, drafts, pages, queries, rules
from community.forums.guest_scopes import topic_scope
from community.forums.labels import category_name
from community.forums.pages import TopicFacts
from community.forums.paging import count_pages, page_number
from community.forums.sending import SentBeforeError
from community.moderation.labels import why_removed
from community.moderation.queries import get_open_removal
from community.notifications import actions as notifications
from models.base import transaction
from models.forums import Draft, Topic, TopicKind

from . import about, sent_before
from .bp import bp
from .drafts import NEW, begin_with, find_draft, keep_sent, note_on, read_writing
from .drawing import PostDrawer
from .forms import UNCHOSEN, ReplyForm, TopicForm
from .labels import KINDS
from .loaders import find_post_or_its_place, find_topic, find_topic_with_facts, viewer
from .parts import parts_around, parts_of_posts
from .refusals import refuse_topic
from .view_models import (
    page_url,
    path_to,
    place_url,
    product_name,
    show_posts,
    solution_of,
    url_of,
)

# Nobody asks faster, except a script or a stuck key.
TOPICS = "10 per hour; 40 per day"
# Pages linked on each side of the current one.
PAGES_NAMED = 2


@bp.get("/topics/<int:topic_id>")
@public
@cached_for_guests(scopes=lambda topic_id: [topic_scope(topic_id)])
def show_topic(topic_id: int) -> ResponseReturnValue:
    """Show the question, the accepted answer and a page of the other posts. `?quote=` begins a reply with a quotation.

    `?hidden_since=`: on a page with many hidden posts, the position from which those who may see them get them.
    """
    topic, facts = find_topic_with_facts(topic_id)
    page, count = request.args.get("page", 1, type=int), count_pages(facts.shown)
    if not 1 <= page <= count:  # a link from before something was removed
        return redirect(page_url(topic_id, min(max(page, 1), count)))
    return render_topic(topic, facts, page)


@bp.get("/topics/<int:topic_id>/unread")
@public
def show_unread(topic_id: int) -> ResponseReturnValue:
    """Redirect to the first post that is new to the viewer; if none is, to the newest one."""
    topic = find_topic(topic_id)
    read_to = queries.read_to(viewer().member_id, topic_id)
    post = queries.first_unread(topic, read_to)
    if post is None or read_to == 0:
        return redirect(page_url(topic_id, 1))
    anchor = "unread" if post.position > read_to else f"post-{post.id}"
    return redirect(page_url(topic_id, page_number(post), anchor))


@bp.get("/posts/<int:post_id>")
@public
def show_post(post_id: int) -> ResponseReturnValue:
    """Redirect from the lasting address of a post to where it stands now, also where a hidden one stood."""
    return redirect(place_url(find_post_or_its_place(post_id), viewer()))


def render_topic(topic: Topic, facts: TopicFacts, number: int, form: ReplyForm | None = None) -> str:
    """Return the topic's page as the viewer sees it. `form`: a reply that was refused."""
    page = pages.get_page(
        topic, number, facts.shown, seen_by=viewer(), hidden_since=request.args.get("hidden_since", 0, type=int)
    )
    views = show_posts(viewer(), topic, page.everything, page.removals, is_solved=page.accepted is not None)
    accepted, draw_post = views[page.accepted.id] if page.accepted else None, PostDrawer()
    removal = get_open_removal("topic", topic.id) if topic.hidden_at else None
    place, may_reply = pages.draft_place(topic.id), rules.can_reply(viewer(), topic)
    draft = find_draft(place) if facts.has_draft and form is None and may_reply else None
    if form is None and may_reply:  # a form has a CSRF token, and with it a session
        form = ReplyForm(formdata=None, body=begin_with(draft, _quotation()), draft=draft.mark if draft else "")
    return render_template(
        "forums/topic.html",
        topic=topic,
        subject=about.link_subject(topic),
        conversions=list_conversions((Topic.__tablename__, topic.id), viewer().member),
        page=page,
        number=page.window.number,
        count=page.window.count,
        views=views,
        draw_post=draw_post,
        opening=views[page.opening.id] if page.opening else None,
        parts=parts_around(topic, accepted, solution_of(topic, page.accepted, facts.first_answer_at), draw_post),
        posts=parts_of_posts(topic, views, draw_post, is_first_page=page.window.number == 1),
        accepted=accepted,
        replies=facts.replies,
        unread_from=page.unread_from(facts.read_to),
        sees_hidden=viewer().moderates,
        path=path_to(viewer(), viewer().categories[topic.category_id]),
        pages=_page_links(topic, page.window.number, page.window.count),
        form=form,
        draft_place=place,
        draft_note=note_on(draft),
        removal_text=why_removed(removal, detailed=True),
        watching=facts.watching,
        may_reply=may_reply,
        may_remove=rules.can_remove(viewer(), topic, removal),
        may_restore=rules.can_restore(viewer(), topic, removal),
        product=product_name(),
    )


def _quotation() -> str:
    """Return the post of `?quote=` as a quotation with a link back to it; "" if there is none to quote."""
    post_id = request.args.get("quote", type=int)
    post = queries.get_post(post_id, seen_by=viewer()) if post_id else None
    if post is None or post.hidden_at is not None:
        return ""
    lines = "\n".join(f"> {line}".rstrip() for line in post.body.splitlines())
    return text.cut(f"[{author_label(viewer().member, post)}]({url_of(post)})\n\n{lines}\n\n", text.MAX_CHARACTERS)


def _page_links(topic: Topic, current: int, count: int) -> list[dict[str, Any] | None]:
    """Return the links 1 2 … 7 [8] 9 … 20: the ends and the neighbours, None for each gap."""
    near = {number for number in range(current - PAGES_NAMED, current + PAGES_NAMED + 1) if 1 <= number <= count}
    named = sorted(near | {1, count})
    numbers: list[dict[str, Any] | None] = []
    for before, number in zip([0, *named], named, strict=False):
        if number - before > 1:
            numbers.append(None)
        numbers.append({"label": str(number), "href": page_url(topic.id, number), "current": number == current})
    return numbers


@bp.post("/topics/<int:topic_id>/<any(watch, unwatch):choice>")
@signed_in_only
def watch_topic(topic_id: int, choice: str) -> ResponseReturnValue:
    """Subscribe the member to the topic, or unsubscribe them."""
    topic = find_topic(topic_id)
    member = signed_in_member()
    with transaction():
        if choice == "watch":
            notifications.watch(member.id, topic)
        else:
            notifications.unwatch(member.id, topic)
    flash(_("更新をお知らせします。") if choice == "watch" else _("更新のお知らせを止めました。"))
    return redirect(url_for(".show_topic", topic_id=topic_id))


# --- a new one


@bp.get("/topics/new")
@signed_in_only
def new_topic() -> ResponseReturnValue:
    """Show the form for a new topic, with the draft that there is.

    `?origin_kind=`, `?origin_id=`: the thing of another room that it is a question about.
    """
    form, draft = TopicForm(formdata=None), find_draft(NEW)
    if draft is not None:
        form.title.data, form.body.data, form.draft.data = draft.title, draft.body, draft.mark
        form.kind.data = draft.kind or form.kind.data
    asked = viewer().categories.find(request.args.get("category", ""))
    form.category.data = asked.id if asked else (draft.category_id if draft else None) or UNCHOSEN
    return _render_new_topic(form, draft)


@bp.post("/topics/new")
@limiter.limit(TOPICS, key_func=requester, deduct_when=lambda response: response.status_code == 302)  # noqa: PLR2004  posted
@signed_in_only
def open_topic() -> ResponseReturnValue:
    """Open a topic; the same form with the same content sent twice leads to one topic."""
    form = TopicForm()
    _fill_choices(form)
    if not form.validate() or not attachments.store_files(form):
        if form.category.errors:  # a category may have been closed since the form was shown
            keep_sent(NEW, form)
        return _render_new_topic(form), 422
    category = viewer().categories[form.category.data]
    author = signed_in_member()
    subject = about.find_subject(author)
    try:
        if sent_before.wants_change():
            return sent_before.change_earlier(NEW, form, form.title.data)
        with transaction():
            post = actions.open_topic(
                category, author, form.title.data or "", form.body.data or "",
                kind=TopicKind(form.kind.data), form_key=form.key, is_further=sent_before.wants_further(),
                about=subject.key if subject is not None else None,
            )  # fmt: skip
            drafts.finish(author, read_writing(NEW, request.form, form))
            topic_id = post.topic_id
    except SentBeforeError as error:
        return sent_before.ask_writer(error.post_id, NEW, form)
    except (text.BadTextError, FileRefusedError) as error:
        form.body.errors = [str(error)]
        return _render_new_topic(form), 422
    return redirect(url_for(".show_topic", topic_id=topic_id))


def _render_new_topic(form: TopicForm, draft: Draft | None = None) -> str:
    _fill_choices(form)
    subject = about.find_subject(signed_in_member())
    return render_template(
        "forums/new_topic.html",
        form=form,
        draft_place=NEW,
        draft_note=note_on(draft),
        subject=subject,
        send_to=url_for("forums.open_topic", **about.origin_values(subject)),
    )


def _fill_choices(form: TopicForm) -> None:
    """Fill in the categories and kinds that are open to this member. Ends the request if there is no category."""
    categories = queries.writable_categories(viewer())
    if not categories:
        refuse_topic()
    open_categories = [choice(category.id, "　" * depth + category_name(category)) for category, depth in categories]
    form.category.choices = [choice(UNCHOSEN, _("選んでください")), *open_categories]
    kinds = [kind for kind in TopicKind if kind != TopicKind.ANNOUNCEMENT or rules.can_announce(viewer())]
    form.kind.choices = [choice(kind.value, KINDS[kind]) for kind in kinds]
