"""The forms of writing a story. A refused form keeps what was typed."""

import time
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, StopValidation, ValidationError

from blueprints.conflicts import ConflictForm, digest
from blueprints.fields import FIRST_DAY, ChecksField, DayField, Needed, _, choice, tidied
from community.stories.labels import COUNTINGS
from community.stories.versions.content import Counting, plain_number
from community.stories.versions.numbers import NotANumberError, parse_number
from community.stories.writing.figures import LABEL_MAX, METHOD_MAX, PERIOD_MAX, PERSON_MAX, UNIT_MAX
from community.stories.writing.saving import SaveKey, parse_save_key
from models.base import today

FILES_A_FORM = 4
# Digits of a save's number: milliseconds of this and of the next thirty thousand years.
LONGEST_NUMBER = 15


def new_form_key() -> str:
    """Return a new key for one showing of a form."""
    return uuid4().hex


def new_save_key() -> SaveKey:
    """Return the key of a save that belongs to no form: its number is the time, as browsers number theirs."""
    return SaveKey(new_form_key(), time.time_ns() // 1_000_000)


def read_number(sent: str) -> int:
    """Return the number that was sent; -1 for anything else."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= LONGEST_NUMBER else -1


def note_seen(revision: int, body: str) -> str:
    """Return what a form says that it was filled from."""
    return f"{revision} {digest({'body': body})}"


class BeginForm(FlaskForm):
    """The button that begins a story; sent twice, it begins one."""

    draft_key = HiddenField("", default=lambda: str(uuid4()))


class PartForm(FlaskForm):
    """One part of a story. `seen`: its revision and a digest of its text when the form was filled.

    `chosen`: the page of a conflict was read.
    """

    body = TextAreaField(_("本文"))
    images = MultipleFileField(_("画像"))
    seen = HiddenField("")
    form_key = HiddenField("", default=new_form_key)
    chosen = HiddenField("")

    def chosen_files(self) -> list[FileStorage]:
        """Return the chosen files; browsers send an empty one if none was chosen."""
        return [file for file in self.images.data or [] if getattr(file, "filename", "")]

    def validate_images(self, field: Field) -> None:
        """Refuse too many files."""
        del field
        if len(self.chosen_files()) > FILES_A_FORM:
            raise ValidationError(_("ファイルは一度に%(n)d個までです。", n=FILES_A_FORM))

    @property
    def seen_revision(self) -> int:
        """The revision that the form was filled from; -1, which no part has, if it does not say."""
        return read_number((self.seen.data or "").partition(" ")[0])

    @property
    def is_untouched(self) -> bool:
        """Whether the form was sent as it was filled."""
        shown = (self.seen.data or "").partition(" ")[2]
        return shown == digest({"body": self.body.data}) and not self.chosen_files()

    @property
    def key(self) -> str | None:
        """The form's key, or None if it is none of ours."""
        typed = self.form_key.data or ""
        return typed if parse_save_key(f"{typed}:0") else None


class NumberField(StringField):
    """A number as people type it; a unit behind it is in `unit`."""

    unit = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; what is none is shown again with a sentence."""
        try:
            number, self.unit = parse_number(valuelist[0] if valuelist else "")
        except NotANumberError as error:
            self.data = None
            raise ValueError(_("%(name)s：%(value)s", name=self.label.text, value=error)) from error
        self.data = plain_number(number)

    def _value(self) -> str:
        # With its unit, which is lost from the number when another field was refused.
        return str(self.raw_data[0]) if self.raw_data else str(self.data or "")

    @property
    def number(self) -> Decimal:
        """The number of a field without errors."""
        return Decimal(self.data or 0)


def _longest(most: int) -> Length:
    return Length(max=most, message=_("%(n)s文字までです。", n=most))


class FigureForm(ConflictForm):
    """A figure with what it rests on. `evidence`: the key of the file that is stored for it already."""

    label = StringField(_("何の数字ですか"), filters=[tidied], validators=[Needed(), _longest(LABEL_MAX)])
    baseline = NumberField(_("変わる前"), validators=[Needed()])
    result = NumberField(_("いま"), validators=[Needed()])
    unit = StringField(_("単位"), filters=[tidied], validators=[_longest(UNIT_MAX)])
    counting = RadioField(
        _("どうやって数えましたか"),
        choices=[choice(each.value, COUNTINGS[each]) for each in Counting],
        default=Counting.COUNTED.value,
    )
    period = StringField(_("いつからいつまで"), filters=[tidied], validators=[_longest(PERIOD_MAX)])
    method = StringField(_("数え方"), filters=[tidied], validators=[_longest(METHOD_MAX)])
    as_of = DayField(_("いつ確かめましたか"), validators=[Needed()])
    file = FileField(_("写真・ファイル"))
    drop_evidence = BooleanField(_("付けたファイルを外す"))
    confirmed_by = StringField(_("確かめた人"), filters=[tidied], validators=[_longest(PERSON_MAX)])
    evidence = HiddenField("")
    form_key = HiddenField("", default=new_form_key)

    def validate_label(self, field: Field) -> None:
        """Refuse a figure without a name."""
        if not field.data:
            raise ValidationError(_("何の数字かを書いてください。例：点検表の紙"))

    def validate_unit(self, field: Field) -> None:
        """Take the unit that was typed behind the numbers, where the field is empty; refuse two different ones."""
        typed = {unit for unit in (self.baseline.unit, self.result.unit) if unit}
        if not field.data and len(typed) == 1:
            field.data = typed.pop()
            if len(field.data) > UNIT_MAX:
                raise StopValidation(_("%(n)s文字までです。", n=UNIT_MAX))
        elif len(typed) > 1:
            raise ValidationError(_("「変わる前」と「いま」の単位をそろえてください。例：枚/月"))

    def validate_as_of(self, field: Field) -> None:
        """Refuse a figure without a day, and one that would be confirmed in future: it would never grow old."""
        if field.data is None and not field.errors:
            raise ValidationError(_("確かめた日を入れてください。例：2026-10-25"))
        if field.data is not None and not FIRST_DAY <= field.data <= today():
            field.errors = []  # what fields of days refuse by themselves has another end
            raise ValidationError(_("2000年から今日までの日付にしてください。例：2026-10-25"))

    def chosen_file(self) -> FileStorage | None:
        """Return the chosen file, None without one."""
        file = self.file.data
        return file if getattr(file, "filename", "") else None

    @property
    def day(self) -> date:
        """The day of a form without errors."""
        return cast("date", self.as_of.data)


class TagsForm(ConflictForm):
    """Problems and features of a story."""

    problems = ChecksField(_("困っていたこと"))
    features = ChecksField(_("使っている機能"))


class InterviewerForm(FlaskForm):
    """Who of the staff helps: a handle, "" for nobody."""

    interviewer = RadioField(_("聞き手"), choices=[], default="")
