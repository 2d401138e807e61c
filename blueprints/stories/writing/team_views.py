"""Who writes a story: coauthors of the same company, and an interviewer of the vendor's staff."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import RefusedError, members_only, signed_in_member
from blueprints.conflicts import CONFLICT
from blueprints.fields import choice
from blueprints.stories.bp import bp
from blueprints.stories.workflow.working import find_story, open_story
from blueprints.throttling import requester
from community.accounts.queries import get_member_by_handle
from community.extensions import limiter
from community.stories import rules
from community.stories.locking import lock_story
from community.stories.turns.owners import list_staff
from community.stories.writing import editing, team
from models.accounts import Member
from models.base import transaction

from .forms import InterviewerForm

# People are told of each, so nobody is to be told hundreds of times.
CHANGES = "30 per hour"
# Characters of what is looked for among names.
LONGEST_SEARCH = 60


@bp.get("/<int:story_id>/team")
@members_only
def show_team(story_id: int) -> ResponseReturnValue:
    """Show who writes the story, and find colleagues who could."""
    story, member = find_story(story_id), signed_in_member()
    is_author, typed = rules.is_author(member, story), request.args.get("q", "")[:LONGEST_SEARCH]
    may_change = rules.can_edit(member, story)
    form = InterviewerForm(formdata=None)
    _offer_interviewers(form)
    form.interviewer.data = story.interviewer.handle if story.interviewer is not None else ""
    return render_template(
        "stories/writing/team.html",
        story_id=story.id,
        team=team.describe_team(story),
        company=story.account.name,
        found=team.find_colleagues(story, typed) if may_change and is_author else [],
        typed=typed,
        form=form,
        is_author=is_author,
        may_change=may_change,
        closed=editing.why_closed(member, story),
        may_leave=member.id != story.author_id,
    )


@bp.post("/<int:story_id>/team/<handle>/add")
@limiter.limit(CHANGES, key_func=requester)
@members_only
def add_coauthor(story_id: int, handle: str) -> ResponseReturnValue:
    """Let a colleague write the story, too, and tell them."""
    _refuse_others(story_id)
    person = get_member_by_handle(handle)
    with transaction():
        story = open_story(story_id)
        if person is None or person.account is None or person.account.id != story.account_id:
            abort(404)
        try:
            is_new = team.add_coauthor(story, person, by=signed_in_member())
        except team.TooManyCoauthorsError as error:
            raise RefusedError(CONFLICT, _("共著は%(n)s人までです。", n=team.MOST_COAUTHORS)) from error
        except team.NamedApproverError as error:
            why = _(
                "%(name)sさんには、承認をお願いすることになっています。書き手にするには、先に承認する方から外してください。",
                name=person.display_name,
            )
            raise RefusedError(CONFLICT, why) from error
    if is_new:
        flash(_("%(name)sさんを共著に加え、お知らせしました。", name=person.display_name))
    return _back(story_id)


@bp.post("/<int:story_id>/team/<handle>/remove")
@limiter.limit(CHANGES, key_func=requester)
@members_only
def remove_coauthor(story_id: int, handle: str) -> ResponseReturnValue:
    """Take a coauthor out, and offer to bring them back."""
    _refuse_others(story_id)
    person = get_member_by_handle(handle) or abort(404)
    with transaction():
        if not team.remove_coauthor(open_story(story_id), person.id):
            abort(404)
    undo = url_for(".add_coauthor", story_id=story_id, handle=person.handle)
    flash(_("%(name)sさんを共著から外しました。", name=person.display_name), f"undo {undo}")
    return _back(story_id)


@bp.post("/<int:story_id>/team/leave")
@limiter.limit(CHANGES, key_func=requester)
@members_only
def leave_team(story_id: int) -> ResponseReturnValue:
    """Let a coauthor or the interviewer leave, in every state of the story."""
    member = signed_in_member()
    if member.id == find_story(story_id).author_id:
        raise RefusedError(403, _("著者は外れられません。担当者に相談してください。"))
    with transaction():
        story = lock_story(story_id, member)
        if story is None or not team.leave(story, member):
            abort(404)
    # What was consented to is not rewritten: who is named in it stays named until the next version is out.
    is_named = story.published_version_id is not None and story.interviewer_id != member.id
    flash(
        _("この事例の書き手から外れました。公開中の版には、次の版が出るまで、お名前が残ります。")
        if is_named
        else _("この事例の書き手から外れました。")
    )
    return redirect(url_for(".list_own_stories"))


@bp.post("/<int:story_id>/team/interviewer")
@limiter.limit(CHANGES, key_func=requester)
@members_only
def choose_interviewer(story_id: int) -> ResponseReturnValue:
    """Ask somebody of the staff to interview, or nobody."""
    _refuse_others(story_id)
    form = InterviewerForm()
    people = _offer_interviewers(form)
    if not form.validate():
        abort(limits.REFUSED)
    with transaction():
        story = open_story(story_id)
        chosen = people.get(form.interviewer.data or "")
        if team.choose_interviewer(story, chosen, by=signed_in_member()):
            name = chosen.display_name if chosen is not None else ""
            told = _("%(name)sさんに聞き手をお願いし、お知らせしました。", name=name)
            flash(told if chosen is not None else _("聞き手を外しました。"))
    return _back(story_id)


def _refuse_others(story_id: int) -> None:
    """End the request unless one of the authors asks, while the text may be changed."""
    story, member = find_story(story_id), signed_in_member()
    why = editing.why_closed(member, story)
    if why or not rules.is_author(member, story):
        raise RefusedError(403, why or _("書き手を変えられるのは、著者だけです。"))


def _offer_interviewers(form: InterviewerForm) -> dict[str, Member]:
    people = {each.handle: each for each in list_staff()}
    names = [choice(handle, each.display_name) for handle, each in people.items()]
    form.interviewer.choices = [choice("", _("お願いしない")), *names]
    return people


def _back(story_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show_team", story_id=story_id))
