"""Forms by which a story goes on."""

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, TextAreaField, ValidationError

from blueprints.fields import DayField, Needed, _, tidied, was_readable
from community.stories.workflow.comments import MOST_CHARACTERS
from models.base import today

from .uses_form import UsesForm


class AskForm(FlaskForm):
    """What is asked of the author, in words that they read."""

    note = TextAreaField(_("お願いすること"), filters=[tidied], validators=[Needed()])

    def validate_note(self, field: Field) -> None:
        """Refuse an empty text, and one that is too long."""
        if not field.data:
            raise ValidationError(_("お願いすることを書いてください。例：月に何件くらいでしたか。"))
        check_length(field)


class WithdrawalForm(FlaskForm):
    """Why a story is withdrawn; authors may leave it out."""

    note = TextAreaField(_("取り下げる理由"), filters=[tidied])

    def need_reason(self) -> None:
        """Refuse and mark an empty reason: somebody withdraws what others wrote."""
        self.note.flags.required = True

    def validate_note(self, field: Field) -> None:
        """Refuse a text that is too long, and none where one is needed."""
        if field.flags.required and not field.data:
            raise ValidationError(_("理由を書いてください。書いた方と担当者が読みます。"))
        check_length(field)


class DueForm(FlaskForm):
    """Until when the present step is to be done."""

    due_on = DayField(_("期限"), validators=[was_readable, Needed()])

    def validate_due_on(self, field: Field) -> None:
        """Refuse no day, and one that is over."""
        if field.data is None:
            raise ValidationError(_("期限の日付を入れてください。例：2027-04-01"))
        if field.data < today():
            raise ValidationError(_("きょうより前の日付です。きょうか、その先の日付にしてください。"))


class OwnerForm(FlaskForm):
    """Who of the staff has the present step: the id of a member."""

    owner = SelectField(_("いまの担当"), coerce=int, validate_choice=True)


class PublishForm(FlaskForm):
    """`seen`: the number of the version that was shown."""

    seen = HiddenField("")


class CommentForm(FlaskForm):
    """A comment, and who reads it. `form_key`: of one showing of the form; sent twice, it adds one comment."""

    body = TextAreaField(_("書き込む"), filters=[tidied], validators=[Needed()])
    audience = RadioField(_("読む人"), choices=[], default="shared")
    form_key = HiddenField("")

    def validate_body(self, field: Field) -> None:
        """Refuse an empty text, and one that is too long."""
        if not field.data:
            raise ValidationError(_("書き込む文を入れてください。"))
        check_length(field)


class SubmitForm(UsesForm):
    """What the author allows.

    `seen`: the hash of the text that was shown; `parts`: digests of its parts, to say what changed since.
    """

    seen = HiddenField("")
    parts = HiddenField("")


def check_length(field: Field) -> None:
    """Refuse a text that is too long for the thread."""
    if len(field.data or "") > MOST_CHARACTERS:
        raise ValidationError(_("%(n)s文字までです。", n=f"{MOST_CHARACTERS:,}"))
