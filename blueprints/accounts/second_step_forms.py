"""Codes that are typed in."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.accounts.forms import EMAIL_MAX, _, _address, _line, _password, is_email

# A recovery code, with whatever people put between its groups.
CODE_MAX = 64


def _code(label: str) -> StringField:
    return StringField(
        label,
        filters=[_line],
        validators=[
            InputRequired(_("コードを入力してください。例：123456")),
            Length(min=1, max=CODE_MAX, message=_("コードを入力してください。例：123456")),
        ],
    )


class CodeForm(FlaskForm):
    code = _code(_("コード"))
    resume = HiddenField()


class ConfirmForm(FlaskForm):
    code = _code(_("アプリに出た6桁のコード"))


class ChangeEmailForm(FlaskForm):
    """Without `code` for those who sign in without one."""

    email = EmailField(
        _("新しいメールアドレス"),
        filters=[_address],
        validators=[
            InputRequired(_("メールアドレスを入力してください。例：saeki@example.jp")),
            Length(max=EMAIL_MAX, message=_("メールアドレスが長すぎます。")),
            is_email,
        ],
    )
    password = _password(_("いまのパスワード"))
    code = _code(_("コード"))


class ProofForm(FlaskForm):
    """That it is still the owner who sits there."""

    password = _password(_("いまのパスワード"))
    code = _code(_("コード"))
