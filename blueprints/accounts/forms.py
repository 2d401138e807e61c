"""What people fill in about themselves and others."""

from typing import Any

from wtforms import (
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import Length

from blueprints.conflicts import ConflictForm
from blueprints.fields import _
from blueprints.person_forms import NamesForm, clean_line, clean_text

HEADLINE_MAX = 120
BIO_MAX = 1000
LOCALES = [SelectChoice("ja", "日本語"), SelectChoice("en", "English")]
# Where people of Japanese companies work; a member's own zone is added where it is another one.
TIME_ZONES = (
    "Asia/Tokyo Asia/Seoul Asia/Shanghai Asia/Taipei Asia/Hong_Kong Asia/Manila Asia/Singapore Asia/Kuala_Lumpur "
    "Asia/Bangkok Asia/Ho_Chi_Minh Asia/Jakarta Asia/Kolkata Asia/Dubai Australia/Sydney Pacific/Auckland "
    "Europe/London Europe/Paris Europe/Berlin America/New_York America/Chicago America/Los_Angeles "
    "Pacific/Honolulu America/Sao_Paulo UTC"
)


class ProfileForm(NamesForm, ConflictForm):
    headline = StringField(
        _("部署・役職"),
        filters=[clean_line],
        validators=[Length(max=HEADLINE_MAX, message=_("部署・役職は120文字までにしてください。"))],
    )
    bio = TextAreaField(
        _("自己紹介"),
        filters=[clean_text],
        validators=[Length(max=BIO_MAX, message=_("自己紹介は1000文字までにしてください。"))],
    )


class SettingsForm(ConflictForm):
    locale = SelectField(_("言語"), choices=LOCALES)
    time_zone = SelectField(_("時間帯"))

    def __init__(self, *args: Any, time_zone: str, **kwargs: Any) -> None:  # noqa: ANN401  as WTForms has them
        super().__init__(*args, time_zone=time_zone, **kwargs)
        zones = TIME_ZONES.split()
        known = zones if time_zone in zones else [time_zone, *zones]
        self.time_zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in known]
