"""What an administrator fills in about somebody's rights."""

from collections.abc import Collection
from datetime import date
from typing import cast

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from blueprints.accounts.forms import _text
from blueprints.conflicts import ConflictForm
from blueprints.fields import DayField, _
from community.accounts.labels import ROLES
from models.accounts import StaffRole

REASON_MAX = 1_000
NO_ROLE = ""


def name_company_admin_act() -> str:
    """What the form that was sent does, as its button says it: `is_admin`, 1 or 0."""
    return gettext("管理者にする") if request.form.get("is_admin") == "1" else gettext("管理者から外す")


def _reason(label: str, example: str) -> TextAreaField:
    """`example`: of a reason for this very act."""
    return TextAreaField(
        label,
        filters=[_text],
        validators=[
            DataRequired(_("理由を書いてください。あとで記録を読む人のためです。例：%(example)s", example=example)),
            Length(min=1, max=REASON_MAX, message=_("理由は1文字から1,000文字までで書いてください。")),
        ],
    )


class RoleForm(ConflictForm):
    role = SelectField(_("役割"))
    role_reason = _reason(_("役割を変える理由"), _("4月から運営に加わったため"))

    def validate_role(self, field: Field) -> None:
        if field.flags.required and field.data == NO_ROLE:
            raise ValidationError(_("役割を選んでください。例：モデレーター"))

    def offer(self, roles: Collection[StaffRole], *, has_one: bool) -> None:
        """What this person can be. Who has no role is given one: 「なし」 would change nothing."""
        none = SelectChoice(NO_ROLE, _("なし") if has_one else _("選んでください"))
        self.role.flags.required = not has_one
        self.role.choices = [none, *(SelectChoice(role.value, cast("str", ROLES[role])) for role in roles)]


class SuspensionForm(ConflictForm):
    """`today`: nobody is suspended until yesterday."""

    through = DayField(
        _("いつまで止めるか"),
        validators=[InputRequired(_("いつまで止めるかを入力してください。例：2027-04-01"))],
    )
    suspension_reason = _reason(_("利用を止める理由"), _("宣伝の投稿が続き、連絡がつかないため"))

    today = date.min

    def validate_through(self, field: Field) -> None:
        if field.data is not None and field.data < self.today:
            raise ValidationError(_("今日か、これからの日にしてください。例：2027-04-01"))


class ResetForm(FlaskForm):
    reset_reason = _reason(_("2段階認証を解除する理由"), _("情報システム部の内線で本人と確かめたため"))


class LiftForm(ConflictForm):
    lift_reason = _reason(_("利用を再開する理由"), _("本人と話し、事情がわかったため"))
