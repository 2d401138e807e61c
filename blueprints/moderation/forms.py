"""Forms for the reason of a removal, and of a restoration."""

from typing import cast

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from blueprints.fields import _, choice, tidied
from community.moderation.labels import REASONS
from models.moderation import RemovalReason

NOTE_MAX = 1_000


class RemovalForm(FlaskForm):
    reason = RadioField(
        _("理由（投稿した人に伝わります）"),
        choices=[choice(r.value, cast("str", REASONS[r])) for r in RemovalReason if r != RemovalReason.AUTHOR],
        validators=[InputRequired(_("理由を選んでください。"))],
    )
    note = TextAreaField(
        _("ひとこと"),
        filters=[tidied],
        validators=[Length(max=NOTE_MAX, message=_("ひとことは1,000文字までにしてください。"))],
    )


class RestorationForm(FlaskForm):
    note = TextAreaField(
        _("もどす理由"),
        filters=[tidied],
        validators=[Length(max=NOTE_MAX, message=_("理由は1,000文字までにしてください。"))],
    )
