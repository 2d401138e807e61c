"""Forms by which a story goes on."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Optional

from blueprints.fields import DayField, Needed, _, choice, tidied, was_readable
from community.stories.labels import USES, ConsentUse
from community.stories.workflow.comments import MOST_CHARACTERS
from community.stories.workflow.submission import Wishes
from models.base import today

NO_END, DAY = "none", "day"


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
    due_on = DayField(_("期限"), validators=[was_readable, Needed()])

    def validate_due_on(self, field: Field) -> None:
        """Refuse no day, and one that is over."""
        if field.data is None:
            raise ValidationError(_("期限の日付を入れてください。例：2027-04-01"))
        if field.data < today():
            raise ValidationError(_("きょうより前の日付です。きょうか、その先の日付にしてください。"))


class OwnerForm(FlaskForm):
    owner = SelectField(_("担当"), coerce=int, validate_choice=True)


class PublishForm(FlaskForm):
    """`seen`: the number of the version that was shown."""

    seen = HiddenField("")


class CommentForm(FlaskForm):
    body = TextAreaField(_("書き込む"), filters=[tidied], validators=[Needed()])
    audience = RadioField(_("読む人"), choices=[], default="shared")
    form_key = HiddenField("")

    def validate_body(self, field: Field) -> None:
        """Refuse an empty text, and one that is too long."""
        if not field.data:
            raise ValidationError(_("書き込む文を入れてください。"))
        check_length(field)


class SubmitForm(FlaskForm):
    """For each use, whether the author allows it, and until when; nothing is chosen beforehand.

    `seen`: the hash of the text that was shown; `parts`: digests of its parts, to say what changed since.
    """

    seen = HiddenField("")
    parts = HiddenField("")
    same = BooleanField(_("すべて同じ日にする"))
    end_same = RadioField(
        _("いつまで"), choices=[choice(NO_END, _("期限なし")), choice(DAY, _("この日まで"))], validate_choice=False
    )
    day_same = DayField(_("最後の日"), validators=[Optional()])

    def rows(self) -> list[tuple[str, Any, Any, Any]]:
        """Return each use with its three fields: whether, whether it ends, and the day."""
        return [(use.value, self[f"use_{use}"], self[f"end_{use}"], self[f"day_{use}"]) for use in USES]

    def fill(self, wishes: Wishes) -> None:
        """Fill in what the author allowed before."""
        for use, until in wishes.items():
            self[f"use_{use}"].data = True
            self[f"end_{use}"].data = DAY if until else NO_END
            self[f"day_{use}"].data = until

    def wishes(self) -> dict[Any, date | None]:
        """Return what the author allows, each use with its last day (None: without end)."""
        return {use: self._last_day(use) for use in USES if self[f"use_{use}"].data}

    def _last_day(self, use: ConsentUse) -> date | None:
        of = "same" if self.same.data else use
        return self[f"day_{of}"].data if self[f"end_{of}"].data == DAY else None

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401  as WTForms has it
        """Refuse a form that allows nothing, and a use whose end is not said or over."""
        if not super().validate(extra_validators):
            return False
        if self.same.data:
            if fault := _fault_of(self.end_same.data, self.day_same.data):
                self.day_same.errors = [_("すべての使い方：%(fault)s", fault=fault)]
        else:
            for _use, may, end, day in self.rows():
                if may.data and (fault := _fault_of(end.data, day.data)):
                    day.errors = [_("%(use)s：%(fault)s", use=may.label.text, fault=fault)]
        if not self.wishes():
            self.form_errors.append(_("使ってよいものを、ひとつ以上えらんでください。"))
        return not self.errors


for _use in USES:
    setattr(SubmitForm, f"use_{_use}", BooleanField(USES[_use]))  # pyright: ignore[reportArgumentType]  stubs know no lazy labels
    setattr(
        SubmitForm,
        f"end_{_use}",
        RadioField(
            _("いつまで"),
            choices=[choice(NO_END, _("期限なし")), choice(DAY, _("この日まで"))],
            validate_choice=False,
        ),
    )
    setattr(SubmitForm, f"day_{_use}", DayField(_("最後の日"), validators=[Optional()]))


def check_length(field: Field) -> None:
    """Refuse a text that is too long for the thread."""
    if len(field.data or "") > MOST_CHARACTERS:
        raise ValidationError(_("4,000文字までにしてください。"))


def _fault_of(end: str | None, day: date | None) -> str:
    """Return what is wrong with an end, "" if nothing is."""
    if end == DAY and day is None:
        return _("最後の日を入れてください。例：2027-03-31")
    if end == DAY and day is not None and day < today():
        return _("最後の日が、きょうより前です。")
    if end == NO_END and day is not None:
        return _("「期限なし」か「この日まで」の、どちらか一つにしてください。")
    return "" if end in (NO_END, DAY) else _("いつまで使ってよいかを、えらんでください。")
