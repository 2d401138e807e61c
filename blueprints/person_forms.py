"""Fields and forms about a person that several rooms use: names, a password, a code, a reason."""

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from blueprints.fields import AsciiField, _
from community.accounts import names
from community.signin import passwords

NAME_MAX = 64
# Length of a recovery code with separators between its groups.
CODE_MAX = 64
REASON_MAX = 1_000


def clean_line(text: str | None) -> str:
    """Return one line without invisible characters and surrounding spaces, as names and titles are stored."""
    return names.clean_line(text or "")


def clean_text(text: str | None) -> str:
    """Return several lines, cleaned likewise."""
    return names.clean_text(text or "")


def password_field(label: str) -> PasswordField:
    """Return a field that asks for a password."""
    return PasswordField(label, validators=[InputRequired(_("パスワードを入力してください。"))])


def code_field(label: str) -> AsciiField:
    """Return a field that asks for a code of an app, or a recovery code."""
    return AsciiField(
        label,
        validators=[
            InputRequired(_("コードを入力してください。例：123456")),
            Length(min=1, max=CODE_MAX, message=_("コードを入力してください。例：123456")),
        ],
    )


def reason_field(label: str, example: str) -> TextAreaField:
    """Return a field for a reason. `example`: a reason for this very action."""
    return TextAreaField(
        label,
        filters=[clean_text],
        validators=[
            DataRequired(_("理由を書いてください。あとで記録を読む人のためです。例：%(example)s", example=example)),
            Length(min=1, max=REASON_MAX, message=_("理由は1文字から1,000文字までで書いてください。")),
        ],
    )


def name_company_admin_act() -> str:
    """Return the name of the action that was sent, as on its button: `is_admin` is 1 or 0."""
    return gettext("管理者にする") if request.form.get("is_admin") == "1" else gettext("管理者から外す")


class NewPasswordForm(FlaskForm):
    """A form for a new password. It is asked for once: a second field would only invite copying the first."""

    password = password_field(_("新しいパスワード"))

    own_names: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        """Refuse passwords that are too short or among the first to be guessed."""
        if passwords.length_of(field.data) < passwords.MIN_LENGTH:
            raise ValidationError(
                _("パスワードは%(n)d文字以上にしてください。例：好きなことばを3つ並べる", n=passwords.MIN_LENGTH)
            )
        if len(field.data) > passwords.MAX_LENGTH:
            raise ValidationError(_("パスワードは%(n)d文字までにしてください。", n=passwords.MAX_LENGTH))
        if passwords.is_guessable(field.data, *self.own_names):
            raise ValidationError(
                _(
                    "よく使われるパスワード、キーや文字の並び、ご自分・会社・製品の名前をもとにしたものは使えません。"
                    "例：好きなことばを3つ並べる"
                )
            )


class NamesForm(FlaskForm):
    """The names of a person. The given name may be missing, as in many companies' address books."""

    family_name = StringField(
        _("姓"),
        filters=[clean_line],
        validators=[
            InputRequired(_("姓を入力してください。例：佐伯")),
            Length(min=1, max=NAME_MAX, message=_("姓は1文字から64文字までで入力してください。例：佐伯")),
        ],
    )
    given_name = StringField(
        _("名"), filters=[clean_line], validators=[Length(max=NAME_MAX, message=_("名は64文字までにしてください。"))]
    )
    family_reading = StringField(
        _("姓のふりがな"),
        filters=[clean_line],
        validators=[Length(max=NAME_MAX, message=_("ふりがなは64文字までにしてください。"))],
    )
    given_reading = StringField(
        _("名のふりがな"),
        filters=[clean_line],
        validators=[Length(max=NAME_MAX, message=_("ふりがなは64文字までにしてください。"))],
    )
