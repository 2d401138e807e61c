"""What the staff fill in when a company's contract ends, or goes on after all."""

from wtforms.validators import InputRequired

from blueprints.conflicts import ConflictForm
from blueprints.fields import DayField, _
from blueprints.person_forms import reason_field


class EndForm(ConflictForm):
    last_day = DayField(
        _("契約の最後の日"),
        validators=[InputRequired(_("契約の最後の日を入力してください。例：2027-03-31"))],
    )
    end_reason = reason_field(_("契約が終わる理由"), _("更新されないと、担当の方から連絡があったため"))


class ResumeForm(ConflictForm):
    resume_reason = reason_field(_("契約をつづける理由"), _("更新の手続きが済んだため"))
