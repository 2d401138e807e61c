"""Forms of signing in, and of changing how one does."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Length

from blueprints.fields import AddressField, _, address_rules
from blueprints.person_forms import NewPasswordForm, code_field, password_field
from community.accounts.mail_addresses import MAX_LENGTH


class SignInForm(FlaskForm):
    """Sign-in; all its refusals are one sentence, so that nobody learns who has an account."""

    email = AddressField(
        _("メールアドレス"),
        validators=[InputRequired(_("メールアドレスを入力してください。")), Length(max=MAX_LENGTH)],
    )
    password = password_field(_("パスワード"))
    remember = BooleanField(_("この端末でサインインしたままにする"))
    next = HiddenField()
    resume = HiddenField()


class ForgotPasswordForm(FlaskForm):
    email = AddressField(_("メールアドレス"), validators=address_rules(_("メールアドレスを入力してください。")))


class CodeForm(FlaskForm):
    code = code_field(_("コード"))
    resume = HiddenField()


class ConfirmForm(FlaskForm):
    """The first code. `shown`: the secret on the page, encrypted, so that the code is checked against this one."""

    code = code_field(_("アプリに出た6桁のコード"))
    shown = HiddenField()


class ChangeEmailForm(FlaskForm):
    """Change of address; without `code` for members without a second factor."""

    email = AddressField(
        _("新しいメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：saeki@example.jp")),
    )
    password = password_field(_("いまのパスワード"))
    code = code_field(_("コード"))


class ChangePasswordForm(NewPasswordForm):
    """Change of password; without `code` for members without a second factor."""

    # Errors are listed in the order in which fields are made.
    old_password = password_field(_("いまのパスワード"))
    password = password_field(_("新しいパスワード"))
    code = code_field(_("コード"))


class PasswordAndCodeForm(FlaskForm):
    """Password and code, to show that the owner is at the browser."""

    password = password_field(_("いまのパスワード"))
    code = code_field(_("コード"))
