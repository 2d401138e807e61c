"""Consents as those see them who gave them: taking them back, and asking for more time."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import asks_again, members_only, public, signed_in_member
from blueprints.stories.bp import bp
from blueprints.stories.workflow.uses_form import ALLOWED_ANEW, UsesForm
from blueprints.stories.workflow.working import come_too_late
from blueprints.throttling import requester
from community.extensions import limiter
from community.stories import queries, rules
from community.stories.approval import approval_desk, expiry, matrix, visits, withdrawals
from community.stories.approval.approvals import CannotBeAskedError, LinkState, StoryApproval
from community.stories.approval.expiry import NothingLongerError, NotRenewableError
from community.stories.consent import consent_ledger
from community.stories.consent.consent_ledger import OutdatedError
from community.stories.consent.consents import Party
from community.stories.consent.placed import list_placed
from community.stories.labels import name_story
from community.stories.queries import Story
from community.stories.turns.due_days import usual_answer_day
from community.stories.turns.turns import WrongStateError
from models.base import today, transaction

from .consent_forms import WithdrawForm
from .link import WITHDRAW, answer_privately, browser_key, find_request, refuse_link, show_gate

RENEWALS_PER_MEMBER = "10 per hour"


@bp.get("/<int:story_id>/consents")
@members_only
def show_consents(story_id: int) -> ResponseReturnValue:
    """Show what is allowed, with the form that withdraws it, and what cannot be called back."""
    story = _find_story(story_id)
    return _render_consents(story, _make_form(story))


@bp.post("/<int:story_id>/consents")
@members_only
def withdraw_consents(story_id: int) -> ResponseReturnValue:
    """Say what happens; after the second press, withdraw the chosen uses."""
    story, member = _find_story(story_id), signed_in_member()
    form = _make_form(story, is_sent=True)
    if not form.validate():
        return _render_consents(story, form), limits.REFUSED
    if not form.confirmed.data:
        address, is_staff = url_for(".withdraw_consents", story_id=story_id), rules.works_with_stories(member)
        return _render_question(form, address, story.id, for_staff=is_staff)
    reason = form.withdrawal_reason.data or "" if form.withdrawal_reason else ""
    try:
        with transaction():
            gone = withdrawals.withdraw_uses(story, form.chosen(), member, reason)
    except WrongStateError:
        come_too_late(story_id)
    flash(_("取り下げました。ページと検索からは、もう消えています。") if gone else _("もう取り下げられています。"))
    return redirect(url_for(".show_consents", story_id=story_id))


@bp.get("/<int:story_id>/consents/renew")
@members_only
def ask_about_renewal(story_id: int) -> ResponseReturnValue:
    """Show what the author allows today and until when, to be allowed for longer."""
    story = _find_renewable(story_id)
    form = UsesForm(formdata=None)
    form.start_from(expiry.propose(story), consent_ledger.read_basis(story.id))
    return _render_renewal(story, form)


@bp.post("/<int:story_id>/consents/renew")
@limiter.limit(RENEWALS_PER_MEMBER, key_func=requester)
@members_only
def renew_consents(story_id: int) -> ResponseReturnValue:
    """Record what the author allows from now on, and mail the approvers."""
    story, form = _find_renewable(story_id), UsesForm()
    if not form.validate():
        return _render_renewal(story, form), limits.REFUSED
    try:
        with transaction():
            expiry.renew(
                story, signed_in_member(), form.granted(), usual_answer_day(today()), basis=form.basis.data or ""
            )
    except OutdatedError:
        story = _find_renewable(story_id)
        form.start_from(expiry.propose(story), consent_ledger.read_basis(story.id))
        form.form_errors.append(ALLOWED_ANEW)
        return _render_renewal(story, form), limits.REFUSED
    except NothingLongerError:
        form.form_errors.append(
            _("いまより長く続くものがありません。続けるものの最後の日を、いまより後にしてください。")
        )
        return _render_renewal(story, form), limits.REFUSED
    except WrongStateError:
        come_too_late(story_id)
    except NotRenewableError:
        flash(_("公開している版より新しい版があるため、いまは続けるお願いができません。"), "error")
    except CannotBeAskedError as refused:
        flash(str(refused), "error")
    else:
        flash(_("続けるお願いを送りました。答えが届くまでは、いまの期限のままです。"))
    return redirect(url_for(".show_consents", story_id=story_id))


@bp.get("/approve/<token>/withdraw")
@public
def ask_about_withdrawal(token: str) -> ResponseReturnValue:
    """Show an approver what they allow; first the page that asks for a code."""
    approval, state = find_request(token)
    if approval is None or state != LinkState.ANSWERED:
        return refuse_link(token, state)
    if not visits.is_open_in(approval, browser_key()):
        return show_gate(approval, token, WITHDRAW)
    return _render_link_page(approval, token, _make_link_form(approval))


def open_withdrawal_again(token: str) -> ResponseReturnValue:
    """Answer a withdrawal whose session has ended: nothing was withdrawn, the page is there again."""
    flash(_("画面が古くなっていました。お手数ですが、もう一度押してください。"), "watch")
    return redirect(url_for(".ask_about_withdrawal", token=token))


@bp.post("/approve/<token>/withdraw")
@public
@asks_again(open_withdrawal_again)
def withdraw_by_link(token: str) -> ResponseReturnValue:
    """Say what happens; after the second press, withdraw what the approver has allowed."""
    approval, state = find_request(token)
    if approval is None or state != LinkState.ANSWERED:
        return refuse_link(token, state)
    if not visits.is_open_in(approval, browser_key()):
        return show_gate(approval, token, WITHDRAW)
    form = _make_link_form(approval, is_sent=True)
    if not form.validate():
        return _render_link_page(approval, token, form, limits.REFUSED)
    if not form.confirmed.data:
        address = url_for(".withdraw_by_link", token=token)
        return answer_privately(_render_question(form, address, approval.version.story_id))
    with transaction():
        withdrawals.withdraw_by_link(approval, form.chosen())
    flash(_("取り下げました。ページと検索からは、もう消えています。"))
    return redirect(url_for(".ask_about_withdrawal", token=token))


def _find_story(story_id: int) -> Story:
    story = queries.get_story_of_consents(story_id, seen_by=signed_in_member())
    return story if story is not None else abort(404)


def _find_renewable(story_id: int) -> Story:
    story = _find_story(story_id)
    if not rules.can_renew(signed_in_member(), story):
        abort(403)
    return story


def _make_form(story: Story, *, is_sent: bool = False) -> WithdrawForm:
    form = WithdrawForm() if is_sent else WithdrawForm(formdata=None)
    is_for_company = not rules.speaks_for_company(signed_in_member(), story)
    form.offer([live.use for live in withdrawals.list_live_uses(story.id)], asks_reason=is_for_company)
    return form


def _make_link_form(approval: StoryApproval, *, is_sent: bool = False) -> WithdrawForm:
    form = WithdrawForm() if is_sent else WithdrawForm(formdata=None)
    live = withdrawals.list_live_uses(approval.version.story_id, Party(approval.approver_id))
    form.offer([each.use for each in live], asks_reason=False)
    return form


def _render_consents(story: Story, form: WithdrawForm) -> str:
    member = signed_in_member()
    is_staff = rules.works_with_stories(member)
    return render_template(
        "stories/approval/consents.html",
        story_id=story.id,
        title=name_story(queries.get_title_for(story, member)),
        consents=matrix.build_current_matrix(story, today()),
        form=form,
        placed=list_placed(queries.get_evidence(story.id), for_staff=is_staff),
        mentions=withdrawals.list_mentions(story, member) if is_staff and "mentions" in request.args else None,
        is_staff=is_staff,
        can_see_desk=rules.can_see_desk(member, story),
        can_renew=rules.can_renew(member, story),
    )


def _render_link_page(
    approval: StoryApproval, token: str, form: WithdrawForm, status: int = 200
) -> ResponseReturnValue:
    body = render_template(
        "stories/approval/approve_withdraw.html",
        page=approval_desk.describe_request(approval),
        form=form,
        placed=list_placed(queries.get_evidence(approval.version.story_id)),
        token=token,
    )
    return answer_privately(body, status)


def _render_question(form: WithdrawForm, address: str, story_id: int, *, for_staff: bool = False) -> str:
    chosen = form.chosen()
    return render_template(
        "stories/approval/withdraw_question.html",
        form=form,
        address=address,
        placed=list_placed(queries.get_evidence(story_id), chosen, for_staff=for_staff),
    )


def _render_renewal(story: Story, form: UsesForm) -> str:
    return render_template(
        "stories/approval/renew.html",
        story_id=story.id,
        title=queries.title_of(story.id),
        form=form,
    )
