"""The people of a company who are asked about a story: naming them, taking them off the list, asking them."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import members_only, signed_in_member
from blueprints.stories.bp import bp
from blueprints.stories.workflow.working import come_too_late
from blueprints.throttling import requester
from community.extensions import limiter
from community.stories import labels, queries, rules
from community.stories.approval import approval_desk, approvals, approvers, matrix
from community.stories.approval.approvals import CannotBeAskedError, NothingToAskError
from community.stories.approval.approvers import ApproverRefusedError, Story, StoryApprover
from community.stories.locking import lock_story
from community.stories.turns.due_days import usual_answer_day
from community.stories.turns.steps import StoryState
from community.stories.turns.turns import WrongStateError
from community.stories.workflow import answering, workflow
from models.base import today, transaction

from .consent_forms import ApproverForm, DueForm

# Mails to people outside, who asked for none.
MAILS_PER_MEMBER = "30 per hour"


@bp.get("/<int:story_id>/approvers")
@members_only
def list_approvers(story_id: int) -> ResponseReturnValue:
    """Show who is asked, when they were asked, and what they have answered."""
    return _render_approvers(_find_story(story_id), ApproverForm())


@bp.post("/<int:story_id>/approvers")
@limiter.limit(MAILS_PER_MEMBER, key_func=requester)
@members_only
def add_approver(story_id: int) -> ResponseReturnValue:
    """Name somebody; they alone are mailed, if the others have been asked already."""
    story, form = _find_story(story_id), ApproverForm()
    if not form.validate():
        return _render_approvers(story, form), limits.REFUSED
    try:
        with transaction():
            approver = approvers.name_approver(story, signed_in_member(), form.facts(approvers.USUAL_USES))
            if rules.can_ask_again(signed_in_member(), story):
                approvals.ask(story, signed_in_member(), [approver], usual_answer_day(today()))
    except WrongStateError:
        come_too_late(story_id)
    except (ApproverRefusedError, CannotBeAskedError) as refused:
        form.email.errors = [str(refused)]
        return _render_approvers(story, form), limits.REFUSED
    flash(_("%(name)sさんを加えました。", name=approver.name))
    return redirect(url_for(".list_approvers", story_id=story_id))


@bp.get("/<int:story_id>/approvers/<int:approver_id>/remove")
@members_only
def ask_about_removing(story_id: int, approver_id: int) -> ResponseReturnValue:
    """Ask before an approver is taken off the list, and name the uses that this permits."""
    story = _find_story(story_id)
    return _render_removal(story, _find_approver(story, approver_id))


@bp.post("/<int:story_id>/approvers/<int:approver_id>/remove")
@members_only
def remove_approver(story_id: int, approver_id: int) -> ResponseReturnValue:
    """Take the approver off the list: only by the page that has said what that permits."""
    story = _find_story(story_id)
    approver = _find_approver(story, approver_id)
    try:
        with transaction():
            answering.take_off(story, approver, signed_in_member(), told=request.form.get("uses", "").split(","))
    except ApproverRefusedError:
        return _render_removal(story, approver), limits.REFUSED
    flash(_("%(name)sさんを外しました。", name=approver.name))
    return redirect(url_for(".list_approvers", story_id=story_id))


@bp.post("/<int:story_id>/approvers/ask")
@limiter.limit(MAILS_PER_MEMBER, key_func=requester)
@members_only
def ask_approvers(story_id: int) -> ResponseReturnValue:
    """Mail everybody who has no open link; of a story that was read, the step of approval begins."""
    story, form, member = _find_story(story_id), DueForm(), signed_in_member()
    if not rules.can_ask_approvers(member, story):
        abort(403)
    if not form.validate():
        return _render_approvers(story, ApproverForm(formdata=None), form), limits.REFUSED
    due_on = form.due_on.data or usual_answer_day(today())
    try:
        with transaction():
            lock_story(story.id, member)
            if story.state == StoryState.REVIEW:
                workflow.begin_approval(story, member, due_on)
            approvals.ask(story, member, approvers.list_approvers(story.id), due_on)
    except WrongStateError:
        come_too_late(story_id)
    except NothingToAskError:
        flash(_("承認する方がまだいません。先に加えてください。"), "error")
    except CannotBeAskedError as refused:
        flash(str(refused), "error")
    else:
        flash(_("承認のお願いを送りました。"))
    return redirect(url_for(".list_approvers", story_id=story_id))


@bp.post("/<int:story_id>/approvers/<int:approver_id>/ask")
@limiter.limit(MAILS_PER_MEMBER, key_func=requester)
@members_only
def ask_approver(story_id: int, approver_id: int) -> ResponseReturnValue:
    """Mail one approver a new link; the one before it opens nothing."""
    story = _find_story(story_id)
    approver = _find_approver(story, approver_id)
    if not rules.can_ask_again(signed_in_member(), story):
        abort(403)
    try:
        with transaction():
            approvals.ask_again(story, signed_in_member(), approver, usual_answer_day(today()))
    except WrongStateError:
        come_too_late(story_id)
    except NothingToAskError:
        flash(_("この方は、もう外されています。お願いは送りませんでした。"), "error")
    except CannotBeAskedError as refused:
        flash(str(refused), "error")
    else:
        flash(_("%(name)sさんに、新しいリンクを送りました。前のリンクはもう使えません。", name=approver.name))
    return redirect(url_for(".list_approvers", story_id=story_id))


def _find_story(story_id: int) -> Story:
    member = signed_in_member()
    story = queries.get_story(story_id, seen_by=member) or abort(404)
    if not rules.can_name_approvers(member, story):
        abort(403)
    return story


def _find_approver(story: Story, approver_id: int) -> StoryApprover:
    approver = approvers.get_approver(story, approver_id)
    return approver if approver is not None and approver.removed_at is None else abort(404)


def _render_approvers(story: Story, form: ApproverForm, due_form: DueForm | None = None) -> str:
    member = signed_in_member()
    begins = rules.can_ask_approvers(member, story)
    return render_template(
        "stories/approval/approvers.html",
        story_id=story.id,
        title=queries.title_of(story.id),
        lines=approval_desk.list_lines(story),
        form=form,
        due_form=(due_form or DueForm(formdata=None, data={"due_on": usual_answer_day(today())})) if begins else None,
        can_ask=rules.can_ask_again(member, story),
        is_shown=story.published_version_id is not None,
        domains=approvers.list_domains(story),
        consents=matrix.build_current_matrix(story, today()),
    )


def _render_removal(story: Story, approver: StoryApprover) -> str:
    removal = approvers.judge_removal(story, approver)
    return render_template(
        "stories/approval/approver_removal.html",
        story_id=story.id,
        approver_id=approver.id,
        name=approver.name,
        refusal=removal.refusal,
        uses=approvers.join_uses(removal.widened),
        widened=[str(labels.USES[use]) for use in removal.widened],
    )
