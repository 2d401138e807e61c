"""The page on which somebody who saw to an alarm says what they found."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import signed_in_member, staff_only
from blueprints.health import reasons
from blueprints.health.bp import bp
from blueprints.health.forms import FindingForm
from community.accounts import rules
from community.health import alarm_notes, queries
from community.health.alarms import Alarm
from community.health.situations import today
from models.accounts import AccountKind
from models.base import transaction


@bp.route("/accounts/<int:account_id>/alarms/<alarm>", methods=["GET", "POST"])
@staff_only(rules.can_see_scores)
def note_alarm(account_id: int, alarm: str) -> ResponseReturnValue:
    """Ask what was found, and stop the alarm; 404 where it is not true of the account."""
    found = queries.get_account_with_score(account_id, today()) or abort(404)
    if alarm not in set(alarm_notes.NOTED) or found.account.kind != AccountKind.CUSTOMER:
        abort(404)
    kind = Alarm(alarm)
    since = alarm_notes.began(found.score, kind)
    if found.score is None or since is None:
        abort(404)
    form = FindingForm()
    back = url_for(".show_account", account_id=account_id)
    if form.validate_on_submit():
        with transaction():
            note = alarm_notes.note_alarm(account_id, kind, since, form.note.data or "", signed_in_member())
        if note is not None:
            flash(_("記録しました。この知らせは止まります。"))
            return redirect(back)
        form.note.errors = [
            _("ほかの人が先に記録しました。会社のページで読めます。書いたものは、まだ保存されていません。")
        ]
    status = 422 if form.is_submitted() else 200
    named = {"account": found.account, "name": reasons.ALARMS[kind], "reason": reasons.reason_of(found.score, kind)}
    return render_template("health/note_alarm.html", form=form, back=back, **named), status
