"""The page on which a story comes about: where it stands, whose turn it is, what changed, and what was said."""

from uuid import uuid4

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import signed_in_member, signed_in_only
from blueprints.stories.bp import bp
from blueprints.throttling import requester
from community import text
from community.extensions import limiter
from community.stories import queries, rules
from community.stories.approval import matrix
from community.stories.labels import PARTS, STATES
from community.stories.versions import comparison
from community.stories.workflow import comments
from community.stories.workflow.comments import CommentAudience
from community.stories.workflow.desk import Desk, read_desk
from models.base import today, transaction

from . import desk_words
from .workflow_forms import CommentForm
from .working import Story, find_story

COMMENTS = "30 per 10 minutes; 300 per day"


@bp.get("/<int:story_id>/desk")
@signed_in_only
def show_desk(story_id: int) -> ResponseReturnValue:
    """Show how the story comes about, to those who work on it."""
    story = find_story(story_id)
    return _render(story, _comment_form(story))


@bp.post("/<int:story_id>/comments")
@limiter.limit(COMMENTS, key_func=requester)
@signed_in_only
def add_comment(story_id: int) -> ResponseReturnValue:
    """Add a comment to the story's thread; the same form sent twice adds one."""
    story = find_story(story_id)
    form = _comment_form(story)
    audience = CommentAudience.STAFF if form.audience.data == CommentAudience.STAFF else CommentAudience.SHARED
    if not rules.can_comment(signed_in_member(), story, audience):
        abort(403)
    if not form.validate():
        return _render(story, form), limits.REFUSED
    try:
        with transaction():
            comments.add_comment(
                story, signed_in_member(), form.body.data or "", audience, form_key=form.form_key.data or None
            )
    except comments.MayNotCommentError:
        abort(403)
    except text.BadTextError as error:
        form.body.errors = [str(error)]
        return _render(find_story(story_id), form), limits.REFUSED  # what was loaded went with the transaction
    return redirect(url_for(".show_desk", story_id=story_id, _anchor="thread"))


@bp.get("/<int:story_id>/versions")
@signed_in_only
def compare_versions(story_id: int) -> ResponseReturnValue:
    """Show what changed between two versions that the viewer chooses; at first the last two."""
    find_story(story_id)
    heads = comparison.list_heads(story_id, signed_in_member())
    numbers = [head.number for head in heads]
    new = request.args.get("new", type=int)
    old = request.args.get("old", type=int)
    new = new if new in numbers else (numbers[-1] if numbers else 0)
    old = old if old in numbers else max((n for n in numbers if n < new), default=new)
    return render_template(
        "stories/workflow/versions.html",
        story_id=story_id,
        title=queries.title_of(story_id),
        heads=heads,
        old=old,
        new=new,
        changes=_changes(story_id, old, new),
    )


def _render(story: Story, form: CommentForm) -> str:
    viewer, story_id = signed_in_member(), story.id
    desk = read_desk(story, viewer)
    old = (desk.version or 1) - 1
    return render_template(
        "stories/workflow/desk.html",
        desk=desk,
        form=form,
        sentence=desk_words.sentence_of(desk),
        told=desk_words.tell_way(story_id, is_staff=desk.is_staff),
        hidden_because=desk_words.reason_of_hiding(story_id) if desk.is_hidden else "",
        changes=_changes(story_id, old, desk.version or 0) if old else [],
        old=old,
        longest=max((*(spent.days for spent in desk.spent), 1)),
        reading_url=url_for("stories.show_story", story_id=story_id),
        STATES=STATES,
        PARTS=PARTS,
        audience_note=_audience_note(desk),
        consents=matrix.build_current_matrix(story, today()),
        is_named_too=desk.is_author and viewer.id != story.author_id and not desk.is_shown,
        may_write=rules.can_edit(viewer, story),
        may_see_consents=rules.can_withdraw(viewer, story),
    )


def _changes(story_id: int, old: int, new: int) -> list[comparison.Change] | None:
    """Return what changed between the two versions; None if one of them was erased or is not there."""
    before, after = comparison.get_content(story_id, old), comparison.get_content(story_id, new)
    return comparison.list_changes(before, after) if before and after else None


def _comment_form(story: Story) -> CommentForm:
    """Return the form; only staff choose who reads it."""
    form = CommentForm()
    shown = [CommentAudience.SHARED, CommentAudience.STAFF]
    names = {CommentAudience.SHARED: _("書いた方と担当者"), CommentAudience.STAFF: _("担当者だけ")}
    viewer = signed_in_member()
    form.audience.choices = [(each.value, names[each]) for each in shown if rules.can_comment(viewer, story, each)]
    form.form_key.data = form.form_key.data or str(uuid4())
    return form


def _audience_note(desk: Desk) -> str:
    """Return who reads what is written in the thread, for those who cannot choose."""
    if desk.interviewer:
        return _("一緒に書いている方と、聞き手の%(name)sさん、担当者が読みます。", name=desk.interviewer)
    return _("一緒に書いている方と、担当者が読みます。")
