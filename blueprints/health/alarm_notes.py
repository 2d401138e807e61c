"""The page on which somebody who saw to an alarm says what they found."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, staff_only
from blueprints.conflicts import CONFLICT
from blueprints.health import note_views, reasons
from blueprints.health.bp import bp
from blueprints.health.forms import FindingForm
from community.accounts import rules
from community.health import alarm_notes, queries
from community.health.alarm_notes import Refusal, Refused
from community.health.alarms import Alarm
from community.health.queries import AccountWithScore
from community.health.situations import today
from models.accounts import AccountKind
from models.base import transaction


@bp.route("/accounts/<int:account_id>/alarms/<alarm>", methods=["GET", "POST"])
@staff_only(rules.can_see_scores)
def note_alarm(account_id: int, alarm: str) -> ResponseReturnValue:
    """Ask what was found, and stop the alarm; 404 where it is noted or not true, or the contract is over.

    Of an alarm that has rung its days a mark is left, on which a note can be written as well.
    """
    found = queries.get_account_with_score(account_id, today()) or abort(404)
    if alarm not in set(alarm_notes.NOTED) or found.account.kind != AccountKind.CUSTOMER:
        abort(404)
    kind = Alarm(alarm)
    if request.method == "GET" and _find_refusal(found, kind):
        abort(404)
    form = FindingForm()
    back = url_for(".show_account", account_id=account_id)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        with transaction():
            written = alarm_notes.note_alarm(
                account_id, kind, form.shown, form.note.data or "", signed_in_member(), today()
            )
        if not isinstance(written, Refused):
            flash(_("記録しました。この知らせは止まります。") if kind in found.alarms else _("記録しました。"))
            return redirect(back)
        form.note.errors = [_sentence_of(written)]
        status = 422 if written.why is Refusal.NOTED else CONFLICT
        found = queries.get_account_with_score(account_id, today()) or abort(404)
    shown = alarm_notes.get_shown(found.score, kind) if found.score and not _find_refusal(found, kind) else None
    if shown and status in (200, CONFLICT):
        form.remember(shown)
    return render_template(
        "health/note_alarm.html",
        form=form,
        back=back,
        account=found.account,
        name=reasons.ALARMS[kind],
        reason=reasons.reason_of(found.score, kind) if found.score and shown else "",
        rings=kind in found.alarms,
        leavers=note_views.name_leavers(alarm_notes.list_leavers_to_note(account_id, shown)) if shown else "",
    ), status


def _find_refusal(found: AccountWithScore, alarm: Alarm) -> Refusal | None:
    return alarm_notes.find_refusal(found.account, found.score, alarm, today())


def _sentence_of(refused: Refused) -> str:
    """Return why the note was not written; the form keeps what was typed."""
    kept = _("書いたものは、まだ保存されていません。")
    match refused.why:
        case Refusal.NOTED:
            return _("ほかの人が先に記録しました。会社のページで読めます。書いたものは、まだ保存されていません。")
        case Refusal.OVER:
            return _("書いているあいだに、この知らせは当てはまらなくなりました。%(kept)s", kept=kept)
        case Refusal.CHANGED if refused.leavers:
            return _(
                "書いているあいだに、%(people)sも離れていたことが分かりました。確かめて、もう一度送ってください。%(kept)s",
                people=note_views.name_people(refused.leavers),
                kept=kept,
            )
        case Refusal.CHANGED:
            return _(
                "書いているあいだに、この知らせの中身が変わりました。確かめて、もう一度送ってください。%(kept)s",
                kept=kept,
            )
