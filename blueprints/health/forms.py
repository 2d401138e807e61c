"""The form for what somebody found who saw to an alarm."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from blueprints.fields import _, tidied

NOTE_MAX = 1_000


class FindingForm(FlaskForm):
    note = TextAreaField(
        _("分かったこと、これからすること"),
        filters=[tidied],
        validators=[
            DataRequired(_("分かったことを書いてください。例：後任は神谷さん。来週あいさつに行く。")),
            Length(max=NOTE_MAX, message=_("1,000文字までで書いてください。")),
        ],
    )
