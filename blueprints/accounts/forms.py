"""Forms of profile, settings, contracts and transfers, and the fields that several forms share."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from blueprints.conflicts import ConflictForm
from blueprints.fields import DayField, WholeNumberField, _, was_readable
from blueprints.person_forms import NamesForm, clean_line, clean_text, reason_field
from models.accounts import Account

# As wide as the columns of models/accounts.py.
NAME_MAX = 200
WORD_MAX = 64
# The largest employers of the world have some two millions; PostgreSQL's integer ends at two thousand millions.
MOST_PEOPLE = 10_000_000
# What a select sends for "none".
NONE = 0
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
# Further ahead nobody knows; and a mistyped year would wait for its day unseen.
FARTHEST = timedelta(days=366)


def choice(value: object, label: object) -> Any:  # noqa: ANN401  the stubs know only pairs
    return SelectChoice(value, cast("str", label))


def word_field(label: str, sentence: str) -> StringField:
    return StringField(label, filters=[clean_line], validators=[Length(max=WORD_MAX, message=sentence)])


def number_field(label: str, least: int) -> WholeNumberField:
    within = _("%(least)dから1,000万までの数にしてください。例：120", least=least)
    return WholeNumberField(label, validators=[Optional(), was_readable, NumberRange(least, MOST_PEOPLE, within)])


def day_field(label: str) -> DayField:
    return DayField(label, validators=[Optional()])


# --- of oneself


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


# --- of companies and people, by the staff


class EndContractForm(ConflictForm):
    last_day = DayField(
        _("契約の最後の日"),
        validators=[InputRequired(_("契約の最後の日を入力してください。例：2027-03-31"))],
    )
    end_reason = reason_field(_("契約が終わる理由"), _("更新されないと、担当の方から連絡があったため"))


class ResumeContractForm(ConflictForm):
    resume_reason = reason_field(_("契約をつづける理由"), _("更新の手続きが済んだため"))


class TransferForm(FlaskForm):
    """The transfer of a person; `seen`: what the preview was of, so that nothing else is carried out."""

    account = SelectField(_("移る先の会社"), coerce=int)
    from_day = DayField(
        _("この日から"),
        validators=[InputRequired(_("いつからかを入力してください。例：2027-04-01"))],
    )
    is_company_admin = BooleanField(_("移る先の会社の管理者にする"))
    transfer_reason = reason_field(_("移す理由"), _("4月1日付けで転職されたため"))
    seen = HiddenField()

    today = date.min
    periods = ""  # where the person was and will be, as the preview cuts it: a digest

    def offer(self, accounts: Collection[Account]) -> None:
        """Offer these companies, and none."""
        none = choice(NONE, _("（どの会社にも属さない）"))
        self.account.choices = [none, *(choice(account.id, account.name) for account in accounts)]

    def validate_from_day(self, field: Field) -> None:
        if field.data is not None and field.data > self.today + FARTHEST:
            raise ValidationError(_("1年より先の日は選べません。例：2027-04-01"))

    @property
    def asked(self) -> str:
        """A text that changes with everything a preview depends on."""
        return f"{self.account.data}/{self.from_day.data}/{self.is_company_admin.data}/{self.periods}"
