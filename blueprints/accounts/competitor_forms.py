"""Forms that name a competing company, and end it."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from blueprints.fields import DayField, _, choice, was_readable
from models.accounts import Account

_A_DAY = _("日付を入れてください。例：2027-04-01")


class CompetitorForm(FlaskForm):
    """A company that competes, and from when."""

    competitor = SelectField(_("競合する会社"), coerce=int, choices=[])
    from_day = DayField(_("この日から"), validators=[was_readable, InputRequired(_A_DAY)])

    def offer(self, accounts: Sequence[Account]) -> None:
        """Set the companies to choose from."""
        self.competitor.choices = [choice(account.id, account.name) for account in accounts]


class EndCompetitionForm(FlaskForm):
    """The first day on which two companies no longer compete."""

    until_day = DayField(_("この日から競合しない"), validators=[was_readable, InputRequired(_A_DAY)])
