"""Codes that are typed in."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from blueprints.accounts.forms import _password
from blueprints.fields import AddressField, AsciiField, _, address_rules

# A recovery code, with whatever people put between its groups.
CODE_MAX = 64


def _code(label: str) -> AsciiField:
    return AsciiField(
        label,
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

    email = AddressField(
        _("新しいメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：saeki@example.jp")),
    )
    password = _password(_("いまのパスワード"))
    code = _code(_("コード"))


class ProofForm(FlaskForm):
    """That it is still the owner who sits there."""

    password = _password(_("いまのパスワード"))
    code = _code(_("コード"))
