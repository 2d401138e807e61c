"""Forms about consents: who is asked, what an approver answers, what is taken back."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import cast

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from blueprints.fields import AddressField, AsciiField, ChecksField, DayField, _, address_rules, choice, was_readable
from blueprints.person_forms import clean_line, clean_text
from community import text
from community.stories.approval.approvers import ApproverFacts
from community.stories.labels import ROLES, USES, ApproverRole, ConsentUse
from models.base import today

# As wide as the columns of `StoryApprover`.
NAME_MAX = 80
NOTE_MAX = 1_000
# Nobody answers on the same day; what is due later than in two months is forgotten.
SOONEST, LATEST = timedelta(days=1), timedelta(days=60)


def _uses_field(label: str, unknown: str) -> ChecksField:
    """Return a field for uses. `unknown`: the sentence where one is chosen that is not offered."""
    return ChecksField(
        label,
        choices=[choice(use.value, USES[use]) for use in ConsentUse],
        invalid_choice_message=unknown,  # pyright: ignore[reportCallIssue]  the stubs are of a version before it
    )


class ApproverForm(FlaskForm):
    """Somebody who is asked. Without chosen uses the usual ones of the role."""

    # Not 本人, who comes first: that is for companies in which nobody else can answer.
    role = SelectField(
        _("役割"),
        choices=[choice(role.value, label) for role, label in ROLES.items()],
        default=ApproverRole.SUPERIOR.value,
    )
    name = StringField(
        _("お名前"),
        filters=[clean_line],
        validators=[
            DataRequired(_("お名前を書いてください。例：大西 健吾")),
            Length(max=NAME_MAX, message=_("80文字までです。")),
        ],
    )
    title = StringField(
        _("部署・役職"), filters=[clean_line], validators=[Length(max=NAME_MAX, message=_("80文字までです。"))]
    )
    email = AddressField(
        _("会社のメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：onishi@example.jp")),
    )
    uses = _uses_field(_("お願いする使い方"), _("お願いする使い方を選び直してください。"))

    def facts(self, usual: Mapping[ApproverRole, Collection[ConsentUse]]) -> ApproverFacts:
        """Return what was typed. `usual`: the uses that each role is asked about."""
        role = ApproverRole(self.role.data)
        chosen = frozenset(map(ConsentUse, self.uses.data or ()))
        return ApproverFacts(
            role=role,
            name=self.name.data or "",
            title=self.title.data or "",
            email=self.email.data or "",
            uses=chosen or frozenset(usual[role]),
        )


class DueForm(FlaskForm):
    """The day by which answers are wanted."""

    due_on = DayField(
        _("いつまでに答えてもらうか"), validators=[was_readable, DataRequired(_("日付を入れてください。"))]
    )

    def validate_due_on(self, field: Field) -> None:
        """Refuse days on which nobody can answer, and those that are too far away."""
        day = cast("date", field.data)
        if not today() + SOONEST <= day <= today() + LATEST:
            raise ValidationError(_("あしたから60日後までの日付にしてください。"))


class CodeForm(FlaskForm):
    """The code that was mailed."""

    code = AsciiField(_("確認コード"), validators=[DataRequired(_("メールに書かれた6けたの数字を入れてください。"))])


class EmptyForm(FlaskForm):
    """A button. `purpose`: where it leads afterwards."""

    purpose = HiddenField()


class AnswerWordsForm(FlaskForm):
    """What is to be changed, or why not, in a sentence."""

    note = TextAreaField(
        _("ひとこと"),
        filters=[clean_text],
        validators=[
            DataRequired(_("ひとこと書いてください。例：数字の出どころを確かめたいです。")),
            Length(max=NOTE_MAX, message=_("1,000文字までです。")),
        ],
    )

    def validate_note(self, field: Field) -> None:
        """Refuse what could not be shown to those who read it."""
        try:
            text.to_html(field.data)
        except text.BadTextError as error:
            raise ValidationError(str(error)) from error


class WithdrawForm(FlaskForm):
    """Uses to be withdrawn. `withdrawal_reason`: asked of staff, who do it for the company."""

    uses = _uses_field(_("取り下げる使い方"), _("選んだ使い方は、もう取り下げられています。"))
    withdrawal_reason = TextAreaField(
        _("会社から頼まれたいきさつ"),
        filters=[clean_text],
        validators=[
            DataRequired(_("いきさつを書いてください。例：11月30日、広報の榎本さんから電話で頼まれた。")),
            Length(max=NOTE_MAX, message=_("1,000文字までです。")),
        ],
    )
    confirmed = HiddenField()

    def offer(self, uses: Collection[ConsentUse], *, asks_reason: bool) -> None:
        """Offer these uses."""
        self.uses.choices = [choice(use.value, USES[use]) for use in uses]
        if not asks_reason:
            del self.withdrawal_reason

    def validate_uses(self, field: Field) -> None:
        """Refuse a form in which nothing is chosen."""
        if not field.data:
            raise ValidationError(_("取り下げる使い方を選んでください。"))

    def chosen(self) -> set[ConsentUse]:
        """Return the chosen uses."""
        return set(map(ConsentUse, self.uses.data or ()))
