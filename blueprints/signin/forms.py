"""What people fill in to get in, and to change how they do."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Length

from blueprints.fields import AddressField, _, address_rules
from blueprints.person_forms import NewPasswordForm, code_field, password_field
from community.accounts.mail_addresses import MAX_LENGTH


class SignInForm(FlaskForm):
    """Its refusals are one sentence for all reasons, so that it tells nobody who is here."""

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
    """`shown`: the secret that the page shows, encrypted, so that a code is of this very one."""

    code = code_field(_("アプリに出た6桁のコード"))
    shown = HiddenField()


class ChangeEmailForm(FlaskForm):
    """Without `code` for those who sign in without one."""

    email = AddressField(
        _("新しいメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：saeki@example.jp")),
    )
    password = password_field(_("いまのパスワード"))
    code = code_field(_("コード"))


class ChangePasswordForm(NewPasswordForm):
    """Without `code` for those who sign in without one."""

    # Errors are listed in the order in which fields are made.
    old_password = password_field(_("いまのパスワード"))
    password = password_field(_("新しいパスワード"))
    code = code_field(_("コード"))


class ReauthenticationForm(FlaskForm):
    """That it is still the owner who sits there."""

    password = password_field(_("いまのパスワード"))
    code = code_field(_("コード"))
