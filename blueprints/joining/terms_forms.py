"""Forms for publishing terms and for accepting them."""

from datetime import date
from typing import cast

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from blueprints.fields import DayField, _
from blueprints.person_forms import clean_text
from community import text
from community.accounts import labels, queries
from community.joining import terms
from models.joining import TermsKind


def _can_be_shown(form: Form, field: Field) -> None:
    del form
    try:
        html = text.to_html(field.data or "")
    except text.BadTextError as error:
        raise ValidationError(str(error)) from error
    if text.shows_nothing(html):
        raise ValidationError(_("本文を入力してください。"))


class PublishTermsForm(FlaskForm):
    """The next version of one of the texts."""

    kind = SelectField(
        _("種類"), choices=[SelectChoice(kind.value, cast("str", labels.TERMS[kind])) for kind in TermsKind]
    )
    holds_from = DayField(_("この日から有効"), validators=[InputRequired(_("日付を入力してください。例：2027-04-01"))])
    must_accept = BooleanField(_("メンバー全員に、あらためて同意を求める"), default=True)
    body_ja = TextAreaField(
        _("本文（日本語）"),
        filters=[clean_text],
        validators=[DataRequired(_("本文を入力してください。")), _can_be_shown],
    )
    body_en = TextAreaField(_("本文（英語）"), filters=[clean_text], validators=[Optional(), _can_be_shown])

    def validate_holds_from(self, field: Field) -> None:
        """Refuse days in the past and before a version that is published already."""
        if field.data is None or self.kind.data not in set(TermsKind):
            return
        newest = terms.latest_start_day(TermsKind(self.kind.data))
        first = max(day for day in (queries.today(), newest) if day is not None)
        if field.data < first:
            raise ValidationError(_("%(day)sより前の日付にはできません。", day=first.isoformat()))

    def to_publish(self) -> terms.NewVersion:
        """Return the version that the form describes."""
        return terms.NewVersion(
            kind=TermsKind(self.kind.data),
            holds_from=cast("date", self.holds_from.data),
            must_accept=bool(self.must_accept.data),
            body_ja=self.body_ja.data or "",
            body_en=self.body_en.data or "",
        )


class AgreeForm(FlaskForm):
    """Consent, by its button, to the versions that the page has shown."""

    versions = HiddenField()
    next = HiddenField()
