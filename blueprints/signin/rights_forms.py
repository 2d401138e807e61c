"""Forms of an administrator about a person's rights."""

from collections.abc import Collection
from datetime import date
from typing import cast

from flask_wtf import FlaskForm
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import InputRequired, ValidationError

from blueprints.conflicts import ConflictForm
from blueprints.fields import DayField, _
from blueprints.person_forms import reason_field
from community.accounts.labels import ROLES
from models.accounts import StaffRole

NO_ROLE = ""


class RoleForm(ConflictForm):
    role = SelectField(_("役割"))
    role_reason = reason_field(_("役割を変える理由"), _("4月から運営に加わったため"))

    def validate_role(self, field: Field) -> None:
        if field.flags.required and field.data == NO_ROLE:
            raise ValidationError(_("役割を選んでください。例：モデレーター"))

    def offer(self, roles: Collection[StaffRole], *, has_one: bool) -> None:
        """Offer these roles. A person without a role is to be given one: 「なし」 would change nothing."""
        none = SelectChoice(NO_ROLE, _("なし") if has_one else _("選んでください"))
        self.role.flags.required = not has_one
        self.role.choices = [none, *(SelectChoice(role.value, cast("str", ROLES[role])) for role in roles)]


class SuspensionForm(ConflictForm):
    """A suspension; `today`: its last day cannot be before it."""

    through = DayField(
        _("いつまで止めるか"),
        validators=[InputRequired(_("いつまで止めるかを入力してください。例：2027-04-01"))],
    )
    suspension_reason = reason_field(_("利用を止める理由"), _("宣伝の投稿が続き、連絡がつかないため"))

    today = date.min

    def validate_through(self, field: Field) -> None:
        if field.data is not None and field.data < self.today:
            raise ValidationError(_("今日か、これからの日にしてください。例：2027-04-01"))


class ResetForm(FlaskForm):
    reset_reason = reason_field(_("2段階認証を解除する理由"), _("情報システム部の内線で本人と確かめたため"))


class LiftForm(ConflictForm):
    lift_reason = reason_field(_("利用を再開する理由"), _("本人と話し、事情がわかったため"))
