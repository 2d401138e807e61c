"""What the staff fill in when a person goes on at another company."""

from collections.abc import Collection
from datetime import date, timedelta

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField
from wtforms.validators import InputRequired, ValidationError

from blueprints.accounts.company_forms import NONE, _choice
from blueprints.fields import DayField, _
from blueprints.person_forms import reason_field
from models.accounts import Account

# Further ahead nobody knows; and a mistyped year would wait for its day unseen.
FARTHEST = timedelta(days=366)


class MoveForm(FlaskForm):
    """`seen`: what the person at the page was shown, so that nothing else is carried out."""

    account = SelectField(_("移る先の会社"), coerce=int)
    from_day = DayField(
        _("この日から"),
        validators=[InputRequired(_("いつからかを入力してください。例：2027-04-01"))],
    )
    is_company_admin = BooleanField(_("移る先の会社の管理者にする"))
    move_reason = reason_field(_("移す理由"), _("4月1日付けで転職されたため"))
    seen = HiddenField()

    today = date.min
    periods = ""  # where the person was and will be, as the preview cuts it: a digest

    def offer(self, accounts: Collection[Account]) -> None:
        """Where the person can go."""
        none = _choice(NONE, _("（どの会社にも属さない）"))
        self.account.choices = [none, *(_choice(account.id, account.name) for account in accounts)]

    def validate_from_day(self, field: Field) -> None:
        if field.data is not None and field.data > self.today + FARTHEST:
            raise ValidationError(_("1年より先の日は選べません。例：2027-04-01"))

    @property
    def asked(self) -> str:
        """What a preview is of."""
        return f"{self.account.data}/{self.from_day.data}/{self.is_company_admin.data}/{self.periods}"
