"""Acts of a story's own people: withdraw it, begin again, bring it up to date."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import signed_in_member, signed_in_only
from blueprints.stories.bp import bp
from community import text
from community.stories import queries, rules
from community.stories.labels import name_story
from community.stories.turns import acts
from community.stories.turns.acts import StoryAct
from community.stories.turns.turns import WrongStateError
from community.stories.workflow import workflow
from models.base import transaction

from .workflow_forms import WithdrawalForm
from .working import come_too_late, find_story_for


@bp.route("/<int:story_id>/withdraw", methods=["GET", "POST"])
@signed_in_only
def withdraw_story(story_id: int) -> ResponseReturnValue:
    """Ask, then withdraw the story; its authors, administrators of the company and staff may."""
    member, story = signed_in_member(), queries.find_story(story_id) or abort(404)
    if not rules.can_see_withdrawal(member, story):
        abort(404)
    sees_desk = rules.can_see_desk(member, story)
    back = url_for(".show_desk", story_id=story_id) if sees_desk else url_for("home.show_home")
    form = WithdrawalForm()
    if not rules.is_author(member, story):
        form.need_reason()
    if not acts.is_possible(StoryAct.WITHDRAW, story):
        flash(_("この事例は、もう取り下げられています。"))
        return redirect(back)
    if form.validate_on_submit():
        try:
            with transaction():
                workflow.withdraw_story(story, member, form.note.data or "")
            flash(_("取り下げました。もうどこにも出ていません。"))
            return redirect(back)
        except text.BadTextError as error:
            form.note.errors = [str(error)]
        except WrongStateError:
            return redirect(back)
    status = limits.REFUSED if form.is_submitted() else 200
    title = name_story(queries.get_title_for(story, member))
    return render_template(
        "stories/workflow/withdraw.html", story_id=story_id, form=form, title=title, back=back
    ), status


@bp.post("/<int:story_id>/begin-again")
@signed_in_only
def begin_again(story_id: int) -> ResponseReturnValue:
    """Make a draft of a withdrawn story again."""
    story = find_story_for(story_id, StoryAct.BEGIN_AGAIN)
    try:
        with transaction():
            workflow.begin_again(story, signed_in_member())
    except WrongStateError:
        come_too_late(story_id)
    flash(_("下書きに戻しました。提出すると、許諾からやり直しになります。"))
    return redirect(url_for(".show_desk", story_id=story_id))


@bp.post("/<int:story_id>/begin-update")
@signed_in_only
def begin_update(story_id: int) -> ResponseReturnValue:
    """Let the author bring the published story up to date on their own."""
    story = find_story_for(story_id, StoryAct.BEGIN_UPDATE)
    try:
        with transaction():
            workflow.begin_update(story, signed_in_member())
    except WrongStateError:
        come_too_late(story_id)
    flash(_("更新を始めました。新しい版が公開されるまで、いまの版が読まれます。"))
    return redirect(url_for(".show_desk", story_id=story_id))
