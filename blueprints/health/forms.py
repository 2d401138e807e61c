"""The form for what somebody found who saw to an alarm."""

import re
from datetime import date

from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from blueprints.fields import _, tidied
from community.health.alarm_notes import Shown
from community.health.rosters import Known

NOTE_MAX = 1_000
_SEEN = re.compile(r"(\d{4}-\d\d-\d\d) (\d{1,18}) (\d{1,18}) (\d{4}-\d\d-\d\d)", re.ASCII)


class FindingForm(FlaskForm):
    seen = HiddenField("")
    note = TextAreaField(
        _("分かったこと、これからすること"),
        filters=[tidied],
        validators=[
            DataRequired(_("分かったことを書いてください。例：後任は神谷さん。来週あいさつに行く。")),
            Length(max=NOTE_MAX, message=_("1,000文字までで書いてください。")),
        ],
    )

    def remember(self, shown: Shown) -> None:
        """Note the figures that the form is shown with."""
        self.seen.data = f"{shown.day} {shown.known.memberships_to} {shown.known.accounts_to} {shown.since}"

    @property
    def shown(self) -> Shown | None:
        """The figures that the form was shown with; None if it does not say so."""
        found = _SEEN.fullmatch(self.seen.data or "")
        if found is None:
            return None
        day, memberships_to, accounts_to, since = found.groups()
        try:
            return Shown(
                date.fromisoformat(day), Known(int(memberships_to), int(accounts_to)), date.fromisoformat(since)
            )
        except ValueError:
            return None
