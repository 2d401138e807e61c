"""Codes that are typed in."""

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from blueprints.accounts.forms import NewPasswordForm, _password
from blueprints.fields import AddressField, AsciiField, _, address_rules
from community.accounts import second_factor
from models.accounts import Member

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


def why_refused(member: Member) -> str:
    """What to say of a code that did not fit: it was wrong, or no code of the app can be checked any more."""
    if not second_factor.is_readable(member):
        return gettext("いまは認証アプリのコードを確かめられません。回復コードを使うか、運営に連絡してください。")
    return gettext("コードが違うか、もう使われています。新しいコードが出るのを待って、入力してください。")


class CodeForm(FlaskForm):
    code = _code(_("コード"))
    resume = HiddenField()


class ConfirmForm(FlaskForm):
    """`shown`: the secret that the page shows, encrypted, so that a code is of this very one."""

    code = _code(_("アプリに出た6桁のコード"))
    shown = HiddenField()


class ChangeEmailForm(FlaskForm):
    """Without `code` for those who sign in without one."""

    email = AddressField(
        _("新しいメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：saeki@example.jp")),
    )
    password = _password(_("いまのパスワード"))
    code = _code(_("コード"))


class ChangePasswordForm(NewPasswordForm):
    """Without `code` for those who sign in without one."""

    # Errors are listed in the order in which fields are made.
    old_password = _password(_("いまのパスワード"))
    password = _password(_("新しいパスワード"))
    code = _code(_("コード"))


class IdentityForm(FlaskForm):
    """The page that asks anew who sits there: one of the two, and what waits for it. Names that no other form has."""

    proof_password = _password(_("いまのパスワード"))
    proof_code = _code(_("コード"))
    proof_path = HiddenField()
    proof_waits = HiddenField()


class ProofForm(FlaskForm):
    """That it is still the owner who sits there."""

    password = _password(_("いまのパスワード"))
    code = _code(_("コード"))
