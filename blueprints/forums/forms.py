"""The forum's forms. A refused form keeps what was typed."""

import re
from typing import cast
from uuid import uuid4

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.access import current_member
from blueprints.conflicts import ConflictForm
from blueprints.fields import AsciiField, Needed, _, choice, tidied
from community import text
from community.accounts.labels import SEGMENTS, STAGES
from community.forums.composing import TITLE_MAX, clean_title
from community.forums.labels import AUDIENCES
from models.accounts import Segment, Stage
from models.forums import Audience, TopicKind

from .labels import KINDS

FILES_A_FORM = 4
# Value of the select while nothing is chosen.
UNCHOSEN = 0
FORM_KEY = re.compile(r"[0-9a-f-]{36}")


def new_form_key() -> str:
    """Return a new key for one showing of a form: sent twice, the form makes one post."""
    return str(uuid4())


def _member_id() -> str:
    member = current_member()
    return str(member.id) if member is not None else ""


class WritingForm(FlaskForm):
    """A text, with file fields for browsers that run no script."""

    body = TextAreaField(_("本文"))
    images = MultipleFileField(_("画像・ファイル"))
    # With a label, since WTForms would load its translations to make one from the name.
    form_key = HiddenField("", default=new_form_key)
    draft = HiddenField("")  # the mark of the draft that the form shows
    # The member it was shown to: on a shared computer, a text must not become another member's draft.
    shown_to = HiddenField("", default=_member_id)

    def validate_body(self, field: Field) -> None:
        """Refuse a form without text and files; whether the text shows anything is checked when it is rendered."""
        if text.is_blank(field.data or "") and not self.chosen_files():
            raise ValidationError(_("本文を書いてください。例：何をしたいか、いまどうなっているか"))

    def validate_images(self, field: Field) -> None:
        """Refuse too many files."""
        del field
        if len(self.chosen_files()) > FILES_A_FORM:
            raise ValidationError(_("ファイルは一度に%(n)d個までです。", n=FILES_A_FORM))

    def chosen_files(self) -> list[FileStorage]:
        """Return the chosen files; browsers send an empty one if none was chosen."""
        return [file for file in self.images.data or [] if getattr(file, "filename", "")]

    @property
    def key(self) -> str | None:
        """The form's key, or None if it is none of ours."""
        typed = self.form_key.data or ""
        return typed if FORM_KEY.fullmatch(typed) else None


class ReplyForm(WritingForm): ...


class EditForm(ConflictForm, WritingForm): ...


class TitledForm(WritingForm):
    title = StringField(_("題"), validators=[Needed()])
    # Again, because errors are listed in the order of the fields' creation: as they stand on the page.
    body = TextAreaField(_("本文"))

    def validate_title(self, field: Field) -> None:
        """Refuse a title without visible characters, and one that is too long for a list."""
        length = len(" ".join(text.tidy(field.data or "").split()))
        if not clean_title(field.data or ""):
            raise ValidationError(_("題を書いてください。例：CSVの取り込みで日付が1日ずれます"))
        if length > TITLE_MAX:
            raise ValidationError(_("題は%(most)d文字までです（いま%(n)d文字）。", most=TITLE_MAX, n=length))


class OpeningEditForm(ConflictForm, TitledForm): ...


class TopicForm(TitledForm):
    category = SelectField(
        _("書き込むカテゴリ"),
        coerce=int,
        default=UNCHOSEN,
        validators=[Needed()],
        invalid_choice_message=_(  # pyright: ignore[reportCallIssue]  newer than its stubs
            "選んだカテゴリには、いまは書き込めません。ほかのカテゴリを選んでください。"
        ),
    )
    kind = RadioField(
        _("種類"), choices=[choice(kind.value, KINDS[kind]) for kind in TopicKind], default=TopicKind.QUESTION
    )
    body = TextAreaField(_("本文"))

    def validate_category(self, field: Field) -> None:
        """Refuse an unchosen category: no question is to land in the first one by chance."""
        if field.data == UNCHOSEN:
            raise ValidationError(_("カテゴリを選んでください。例：アプリ設計"))


class ChecksField(SelectMultipleField):
    """Several check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _audience(label: str) -> SelectField:
    """Return a field of audiences. A new category is for members: opening it to everybody must be chosen."""
    choices = [choice(audience.value, AUDIENCES[audience]) for audience in Audience]
    return SelectField(label, choices=choices, default=Audience.MEMBERS.value)


class CategoryForm(ConflictForm):
    name = StringField(
        _("名前"),
        filters=[tidied],
        validators=[
            DataRequired(_("名前を書いてください。例：アプリ設計")),
            Length(max=80, message=_("80文字までです。")),
        ],
    )
    name_en = StringField(_("英語の名前"), filters=[tidied], validators=[Length(max=80, message=_("80文字までです。"))])
    slug = AsciiField(
        _("アドレスに使う名前"),
        lower=True,
        validators=[
            Needed(),
            Regexp(r"^[a-z0-9][a-z0-9-]{0,62}$", message=_("半角の英小文字・数字・ハイフンで。例：app-design")),
        ],
    )
    description = TextAreaField(
        _("説明"), filters=[tidied], validators=[Length(max=500, message=_("500文字までです。"))]
    )
    parent = SelectField(_("上のカテゴリ"), coerce=int)
    readers = _audience(_("読める人"))
    posters = _audience(_("書ける人"))
    segments = ChecksField(
        _("セグメント"), choices=[choice(segment.value, cast("str", SEGMENTS[segment])) for segment in Segment]
    )
    stages = ChecksField(_("フェーズ"), choices=[choice(stage.value, cast("str", STAGES[stage])) for stage in Stage])
    account = SelectField(_("この会社だけの部屋にする"), coerce=int)
