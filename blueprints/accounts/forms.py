"""What people fill in about themselves and others."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from blueprints.conflicts import ConflictForm
from blueprints.fields import AddressField, AsciiField, _, address_rules
from community.accounts import names, passwords, queries
from community.accounts.mail_addresses import MAX_LENGTH
from models.accounts import Account
from models.joining import TermsVersion

# As wide as the columns of models/accounts.py.
HANDLE_MAX = 32
NAME_MAX = 64
HEADLINE_MAX = 120
BIO_MAX = 1000
LOCALES = [SelectChoice("ja", "日本語"), SelectChoice("en", "English")]
# Where people of Japanese companies work; a member's own zone is added where it is another one.
TIME_ZONES = (
    "Asia/Tokyo Asia/Seoul Asia/Shanghai Asia/Taipei Asia/Hong_Kong Asia/Manila Asia/Singapore Asia/Kuala_Lumpur "
    "Asia/Bangkok Asia/Ho_Chi_Minh Asia/Jakarta Asia/Kolkata Asia/Dubai Australia/Sydney Pacific/Auckland "
    "Europe/London Europe/Paris Europe/Berlin America/New_York America/Chicago America/Los_Angeles "
    "Pacific/Honolulu America/Sao_Paulo UTC"
)


def _line(text: str | None) -> str:
    return names.clean_line(text or "")


def _text(text: str | None) -> str:
    return names.clean_text(text or "")


def join_ids(ids: Iterable[int]) -> str:
    """Ids as a hidden field carries them."""
    return ",".join(map(str, ids))


def _password(label: str) -> PasswordField:
    return PasswordField(label, validators=[InputRequired(_("パスワードを入力してください。"))])


class SignInForm(FlaskForm):
    """Its refusals are one sentence for all reasons, so that it tells nobody who is here."""

    email = AddressField(
        _("メールアドレス"),
        validators=[InputRequired(_("メールアドレスを入力してください。")), Length(max=MAX_LENGTH)],
    )
    password = _password(_("パスワード"))
    remember = BooleanField(_("この端末でサインインしたままにする"))
    next = HiddenField()
    resume = HiddenField()


class ForgotPasswordForm(FlaskForm):
    email = AddressField(_("メールアドレス"), validators=address_rules(_("メールアドレスを入力してください。")))


class NewPasswordForm(FlaskForm):
    """A second field for the same password would only invite copying the first; so it is asked for once."""

    password = _password(_("新しいパスワード"))

    own_names: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        """Long enough, and not what everybody would try first."""
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
    """Family name first; the given name may be missing, as in many a company's address book."""

    family_name = StringField(
        _("姓"),
        filters=[_line],
        validators=[
            InputRequired(_("姓を入力してください。例：佐伯")),
            Length(min=1, max=NAME_MAX, message=_("姓は1文字から64文字までで入力してください。例：佐伯")),
        ],
    )
    given_name = StringField(
        _("名"), filters=[_line], validators=[Length(max=NAME_MAX, message=_("名は64文字までにしてください。"))]
    )
    family_reading = StringField(
        _("姓のふりがな"),
        filters=[_line],
        validators=[Length(max=NAME_MAX, message=_("ふりがなは64文字までにしてください。"))],
    )
    given_reading = StringField(
        _("名のふりがな"),
        filters=[_line],
        validators=[Length(max=NAME_MAX, message=_("ふりがなは64文字までにしてください。"))],
    )


class ProfileForm(NamesForm, ConflictForm):
    headline = StringField(
        _("部署・役職"),
        filters=[_line],
        validators=[Length(max=HEADLINE_MAX, message=_("部署・役職は120文字までにしてください。"))],
    )
    bio = TextAreaField(
        _("自己紹介"),
        filters=[_text],
        validators=[Length(max=BIO_MAX, message=_("自己紹介は1000文字までにしてください。"))],
    )


class AcceptInvitationForm(NamesForm, NewPasswordForm):
    """A newcomer's first page."""

    handle = AsciiField(
        _("ハンドル"),
        lower=True,
        validators=[InputRequired(_("ハンドルを入力してください。例：saeki"))],
    )
    password = _password(_("パスワード"))
    agrees = BooleanField(
        _("同意します"),
        validators=[InputRequired(_("参加するには、同意が必要です。お読みのうえ、印を付けてください。"))],
    )
    versions = HiddenField()

    offered: Sequence[TermsVersion] = ()
    shown = ""

    def offer_terms(self, offered: Sequence[TermsVersion]) -> None:
        """Ask for consent to these; where nothing is published there is nothing to ask."""
        self.offered = offered
        if not offered:
            del self.agrees, self.versions
            return
        self.shown, self.versions.data = self.versions.data or "", join_ids(version.id for version in offered)

    def validate_agrees(self, field: Field) -> None:
        """Consent counts for what was on the page, not for what was published meanwhile."""
        if self.shown != self.versions.data:
            field.data = False
            raise ValidationError(_("内容が新しくなりました。もう一度お読みのうえ、印を付けてください。"))

    def validate_handle(self, field: Field) -> None:
        """Free, and such that a mention can carry it."""
        if not names.is_handle(field.data):
            raise ValidationError(_("ハンドルは半角の英字で始め、英数字と - _ で2〜32文字にしてください。例：saeki_m"))
        if queries.get_member_by_handle(field.data) is not None:
            raise ValidationError(_("このハンドルはもう使われています。例のように数字などを足してください。例：saeki2"))


class SettingsForm(ConflictForm):
    locale = SelectField(_("言語"), choices=LOCALES)
    time_zone = SelectField(_("時間帯"))

    def __init__(self, *args: Any, time_zone: str, **kwargs: Any) -> None:  # noqa: ANN401  as WTForms has them
        super().__init__(*args, time_zone=time_zone, **kwargs)
        zones = TIME_ZONES.split()
        known = zones if time_zone in zones else [time_zone, *zones]
        self.time_zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in known]


class InviteForm(FlaskForm):
    email = AddressField(
        _("招待する人のメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：saeki@example.jp")),
    )
    account = SelectField(_("会社"), coerce=int, validators=[Optional()], validate_choice=True)
    is_company_admin = BooleanField(_("この会社の管理者として招待する"))

    def offer(self, accounts: Sequence[Account]) -> None:
        """The companies to choose from."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]
