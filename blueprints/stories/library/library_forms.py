"""Forms of customer success about stories: a use, a saved filter, a tag."""

import re
from datetime import date, timedelta

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from blueprints.conflicts import ConflictForm
from blueprints.fields import AsciiField, DayField, _, choice, tidied, was_readable
from community.stories.labels import PLACEMENTS
from community.stories.library.placements import MOST_DAYS_AHEAD, MOST_DAYS_BACK, PlacementKind
from community.stories.library.saved_filters import LONGEST_NAME
from models.base import today

TITLE_MAX = 120  # as wide as its column
NOTE_MAX = 500
TAG_NAME_MAX, TAG_NAME_EN_MAX, SLUG_MAX = 40, 60, 48
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PlacementForm(FlaskForm):
    """A use of a story outside its pages."""

    placement_kind = SelectField(_("使ったもの"))
    used_on = DayField(
        _("使う日、使った日"), validators=[was_readable, InputRequired(_("日付を入れてください。例：2027-04-01"))]
    )
    title = StringField(
        _("何で使ったか"),
        filters=[tidied],
        validators=[Length(max=TITLE_MAX, message=_("120文字までで書いてください。"))],
    )
    note = TextAreaField(
        _("スタッフのメモ"),
        filters=[tidied],
        validators=[Length(max=NOTE_MAX, message=_("500文字までで書いてください。"))],
    )

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.placement_kind.choices = [choice(kind.value, PLACEMENTS[kind]) for kind in PlacementKind]

    def validate_used_on(self, field: Field) -> None:
        """Refuse days that are too far away to be meant."""
        day: date = field.data
        if not today() - timedelta(days=MOST_DAYS_BACK) <= day <= today() + timedelta(days=MOST_DAYS_AHEAD):
            raise ValidationError(_("1年前から1年後までの日付にしてください。"))


def _filter_name_field() -> StringField:
    return StringField(
        _("条件の名前"),
        filters=[tidied],
        validators=[
            DataRequired(_("名前を書いてください。例：秋のウェビナー")),
            Length(max=LONGEST_NAME, message=_("60文字までで書いてください。")),
        ],
    )


class NewFilterForm(FlaskForm):
    """A filter that is saved; `query`: as in the address."""

    name = _filter_name_field()
    query = HiddenField("")


class FilterForm(ConflictForm):
    """The name of a saved filter."""

    name = _filter_name_field()


def _name_field() -> StringField:
    return StringField(
        _("名前"),
        filters=[tidied],
        validators=[
            DataRequired(_("名前を書いてください。例：紙の申請と承認")),
            Length(max=TAG_NAME_MAX, message=_("40文字までで書いてください。")),
        ],
    )


def _english_field() -> StringField:
    return StringField(
        _("英語の名前"),
        filters=[tidied],
        validators=[Length(max=TAG_NAME_EN_MAX, message=_("60文字までで書いてください。"))],
    )


class NewTagForm(FlaskForm):
    """A tag that is added."""

    name = _name_field()
    name_en = _english_field()
    slug = AsciiField(
        _("アドレスに使う名前"),
        lower=True,
        validators=[
            InputRequired(_("アドレスに使う名前を書いてください。例：paper-approval")),
            Length(max=SLUG_MAX, message=_("48文字までで書いてください。")),
            Regexp(rf"{_SLUG.pattern}\Z", message=_("英小文字と数字と「-」で書いてください。例：paper-approval")),
        ],
    )


class TagForm(ConflictForm):
    """The names of a tag."""

    name = _name_field()
    name_en = _english_field()
