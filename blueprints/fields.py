"""Form fields that mean ASCII: full width, invisible characters and spaces around come from keyboards, not writers.

Each text field of a form is one of these or free text; `tests/forms/test_ascii_fields.py` lists which.
"""

import re
import unicodedata
from datetime import date
from typing import Any, ClassVar, cast

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from wtforms import DateField, EmailField, Field, Form, IntegerField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from community import text
from community.accounts.mail_addresses import MAX_LENGTH, is_address, tidy_address
from community.text.ascii import fold_ascii

# Before there was such software, and after everybody who reads this.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d"]
_DAY_IN_WORDS = re.compile(r"(\d{4})\s*[年./ー−‐–—-]\s*(\d{1,2})\s*[月./ー−‐–—-]\s*(\d{1,2})\s*日?")


def _(sentence: str, **values: object) -> str:
    """Return a sentence that is translated when shown. Typed as `str`, since WTForms' types know no lazy strings."""
    return cast("str", lazy_gettext(sentence, **values))


def choice(value: object, label: str | LazyString) -> Any:  # noqa: ANN401  the stubs know only pairs
    """Return an option of a select field."""
    return SelectChoice(value, label)


def tidied(typed: str | None) -> str:
    """Return the text without what nobody means to type or a database cannot store; "" if nothing of it is visible."""
    kept = text.tidy(typed or "").strip()
    return "" if text.is_blank(kept) else kept


class Needed:
    """Marks a field as required in HTML, where a rule of the form refuses an empty value. Refuses nothing by itself."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Do nothing: the form's own rule refuses."""


class _ShownAsTyped(StringField):
    """A text field that shows a refused value as it was typed, and an accepted one as it was understood."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.errors and self.raw_data else str(self.data or "")


class AsciiField(_ShownAsTyped):
    """One line of ASCII; `lower=True` converts capitals."""

    def __init__(self, *args: Any, lower: bool = False, **kwargs: Any) -> None:  # noqa: ANN401  as WTForms has them
        super().__init__(*args, **kwargs)
        self.lower = lower

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([fold_ascii(typed) for typed in valuelist])
        if self.lower and self.data:
            self.data = self.data.lower()


class AddressField(_ShownAsTyped, EmailField):
    """A mail address; `address_rules` are its validators."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([tidy_address(typed) for typed in valuelist])


class WholeNumberField(IntegerField):
    """A number as people type it: in full width, with commas. Anything else is refused and shown again."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = re.sub(r"[,，、\s]", "", fold_ascii(valuelist[0] if valuelist else ""))
        if not typed:
            self.data = None
            return
        try:
            self.data = int(typed)
        except ValueError as error:
            self.data = None
            raise ValueError(_("数字で入力してください。例：120")) from error


class DayField(DateField):
    """A day from 2000 to 2099, also with slashes, dots or 年月日. Anything else is refused and shown again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  as WTForms has them
        super().__init__(*args, **{"format": DAY_FORMATS, **kwargs})

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata([plain_day(typed) for typed in valuelist])
        except ValueError as error:
            raise ValueError(_("日付になっていません。例：2027-04-01")) from error
        if self.data is not None:
            self.raw_data = [self.data.isoformat()]  # browsers' date fields show only this form
        if self.data is not None and not FIRST_DAY <= self.data <= LAST_DAY:
            raise ValueError(_("2000年から2099年までの日付にしてください。例：2027-04-01"))


class ChecksField(SelectMultipleField):
    """Several of the choices, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def plain_day(typed: str) -> str:
    """Return 「２０２７年４月１日」 as 2027-04-01; anything else as it was typed."""
    found = _DAY_IN_WORDS.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    return "-".join(part.zfill(2) for part in found.groups()) if found else typed


def address_rules(needed: str) -> list[Any]:
    """Return the validators of a mail address. `needed`: the sentence for an empty field."""
    return [
        InputRequired(needed),
        Length(max=MAX_LENGTH, message=_("メールアドレスが長すぎます。")),
        _can_be_an_address,
    ]


def was_readable(form: Form, field: Field) -> None:
    """Stop validation if the field could not be read: its error has been noted already."""
    del form
    if field.process_errors:
        raise StopValidation


def _can_be_an_address(form: Form, field: Field) -> None:
    del form
    if not is_address(field.data or ""):
        raise ValidationError(_("メールアドレスの形になっていません。例：saeki@example.jp"))
