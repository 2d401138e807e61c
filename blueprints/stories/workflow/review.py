"""Acts of staff on a story's way: ask for changes, publish, ask for an update, hand over, and the list of all."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import signed_in_member, staff_only
from blueprints.conflicts import CONFLICT
from blueprints.stories.bp import bp
from community import text
from community.stories import queries
from community.stories.labels import STATES, USES
from community.stories.rules import works_with_stories
from community.stories.turns import owners
from community.stories.turns.acts import StoryAct
from community.stories.turns.steps import get_open_step
from community.stories.turns.turns import WrongStateError
from community.stories.versions.versions import get_last_version
from community.stories.workflow import waiting, workflow
from models.base import transaction

from .workflow_forms import AskForm, DueForm, OwnerForm, PublishForm
from .working import come_too_late, find_story_for

LAST_PAGE = 10_000


@bp.get("/review")
@staff_only(works_with_stories)
def list_waiting() -> ResponseReturnValue:
    """Show the stories that wait, overdue first. ?state=: those of one stage; ?mine=1: those the viewer looks after."""
    viewer, mine = signed_in_member(), request.args.get("mine") == "1"
    state = next((each for each in waiting.STAGES if each.value == request.args.get("state")), None)
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    count = waiting.count_waiting(viewer, mine=mine, state=state)
    return render_template(
        "stories/workflow/review.html",
        rows=waiting.list_waiting(viewer, page, mine=mine, state=state),
        count=count,
        mine=mine,
        page=page,
        last_page=max(-(-count // waiting.PAGE_LENGTH), 1),
        STATES=STATES,
        STAGES=waiting.STAGES,
        state=state,
    )


@bp.route("/<int:story_id>/ask-changes", methods=["GET", "POST"])
@staff_only(works_with_stories)
def ask_changes(story_id: int) -> ResponseReturnValue:
    """Ask the author for changes."""
    story, form = find_story_for(story_id, StoryAct.ASK_CHANGES), AskForm()
    if form.validate_on_submit():
        try:
            with transaction():
                workflow.ask_changes(story, signed_in_member(), form.note.data or "")
            return _done(story_id, _("直しをお願いしました。書いた方に知らせます。"))
        except text.BadTextError as error:
            form.note.errors = [str(error)]
        except WrongStateError:
            come_too_late(story_id)
    return _ask(story_id, form, _("直しをお願いする"), _("書いた方が、この文を読んで直します。"))


@bp.route("/<int:story_id>/ask-update", methods=["GET", "POST"])
@staff_only(works_with_stories)
def ask_update(story_id: int) -> ResponseReturnValue:
    """Ask the author to bring a published story up to date."""
    story, form = find_story_for(story_id, StoryAct.ASK_UPDATE), AskForm()
    if form.validate_on_submit():
        try:
            with transaction():
                workflow.ask_update(story, signed_in_member(), form.note.data or "")
            return _done(story_id, _("更新をお願いしました。書いた方に知らせます。"))
        except text.BadTextError as error:
            form.note.errors = [str(error)]
        except WrongStateError:
            come_too_late(story_id)
    return _ask(story_id, form, _("更新をお願いする"), _("新しい版が公開されるまで、いまの版が読まれます。"))


@bp.route("/<int:story_id>/publish", methods=["GET", "POST"])
@staff_only(works_with_stories)
def publish_story(story_id: int) -> ResponseReturnValue:
    """Show what will be published, then publish it; a newer version than was shown is shown first."""
    story, form = find_story_for(story_id, StoryAct.PUBLISH), PublishForm()
    last, status = get_last_version(story_id), 200
    if form.validate_on_submit():
        if last is not None and form.seen.data == str(last.number):
            try:
                with transaction():
                    workflow.publish(story, signed_in_member())
                return _done(story_id, _("公開しました。書いた方に知らせます。"))
            except workflow.NotConsentedError:
                status = limits.REFUSED
            except WrongStateError:
                come_too_late(story_id)
        else:
            status = CONFLICT
    form.seen.data = str(last.number) if last else ""
    return render_template(
        "stories/workflow/publish.html",
        story_id=story_id,
        form=form,
        title=queries.title_of(story_id),
        number=last.number if last else None,
        grants=workflow.list_grants_now(last) if last else [],
        is_ready=last is not None and workflow.can_be_read(last),
        is_newer=status == CONFLICT,
        USES=USES,
    ), status


@bp.route("/<int:story_id>/take-up", methods=["GET", "POST"])
@staff_only(works_with_stories)
def take_up(story_id: int) -> ResponseReturnValue:
    """Take the story over, or hand it to somebody else of the staff."""
    story, form = find_story_for(story_id, StoryAct.TAKE_UP), OwnerForm()
    people = {member.id: member for member in owners.list_staff()}
    form.owner.choices = [(member.id, member.display_name) for member in people.values()]
    if form.validate_on_submit():
        try:
            with transaction():
                workflow.take_up(story, signed_in_member(), people[form.owner.data])
        except WrongStateError:
            come_too_late(story_id)
        return _done(story_id, _("担当を決めました。"))
    if not form.is_submitted():
        form.owner.data = signed_in_member().id
    return _render_form("stories/workflow/take_up.html", story_id, form)


@bp.route("/<int:story_id>/due", methods=["GET", "POST"])
@staff_only(works_with_stories)
def change_due(story_id: int) -> ResponseReturnValue:
    """Change until when the present step is to be done."""
    story, form = find_story_for(story_id, StoryAct.CHANGE_DUE), DueForm()
    if form.validate_on_submit() and form.due_on.data is not None:
        try:
            with transaction():
                workflow.change_due(story, signed_in_member(), form.due_on.data)
        except WrongStateError:
            come_too_late(story_id)
        return _done(story_id, _("期限を変えました。"))
    if not form.is_submitted():
        step = get_open_step(story_id)
        form.due_on.data = step.due_on if step is not None else None
    return _render_form("stories/workflow/due.html", story_id, form)


def _ask(story_id: int, form: AskForm, heading: str, lead: str) -> ResponseReturnValue:
    return _render_form("stories/workflow/ask.html", story_id, form, heading=heading, lead=lead)


def _render_form(
    template: str, story_id: int, form: AskForm | DueForm | OwnerForm, **words: str
) -> ResponseReturnValue:
    status = limits.REFUSED if form.is_submitted() else 200
    title = queries.title_of(story_id)
    return render_template(template, story_id=story_id, form=form, title=title, **words), status


def _done(story_id: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(".show_desk", story_id=story_id))
