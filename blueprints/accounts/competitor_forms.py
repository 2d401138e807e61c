"""Forms that name a competing company, and end it."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired, NumberRange

from blueprints.fields import DayField, _, choice, was_readable
from models.accounts import Account

UNCHOSEN = 0
_A_DAY = _("日付を入れてください。例：2027-04-01")


class CompetitorForm(FlaskForm):
    """A company that competes, and from when."""

    competitor = SelectField(
        _("競合する会社"), coerce=int, choices=[], validators=[NumberRange(min=1, message=_("会社を選んでください。"))]
    )
    from_day = DayField(_("この日から"), validators=[was_readable, InputRequired(_A_DAY)])

    def offer(self, accounts: Sequence[Account]) -> None:
        """Set the companies to choose from; none is chosen beforehand, lest one be recorded by a careless press."""
        companies = [choice(account.id, account.name) for account in accounts]
        self.competitor.choices = [choice(UNCHOSEN, _("選んでください")), *companies]


class EndCompetitionForm(FlaskForm):
    """The first day on which two companies no longer compete."""

    until_day = DayField(_("この日から競合しない"), validators=[was_readable, InputRequired(_A_DAY)])
