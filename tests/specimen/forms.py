"""The form of a note."""

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from blueprints.conflicts import ConflictForm
from blueprints.fields import _, tidied
from community import text

TITLE_MAX, BODY_MAX = 120, 10_000


class NoteForm(ConflictForm):
    title = StringField(
        _("題"),
        filters=[tidied],
        validators=[InputRequired(_("題を書いてください。")), Length(max=TITLE_MAX, message=_("題が長すぎます。"))],
    )
    body = TextAreaField(
        _("本文"),
        filters=[tidied],
        validators=[InputRequired(_("本文を書いてください。")), Length(max=BODY_MAX, message=_("本文が長すぎます。"))],
    )

    def validate_body(self, field: Field) -> None:
        try:
            text.to_html(field.data)
        except text.BadTextError as error:
            raise ValidationError(str(error)) from error
