"""Forms of inviting and joining."""

from collections.abc import Collection, Iterable, Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from blueprints.fields import AddressField, AsciiField, _, address_rules
from blueprints.person_forms import REASON_MAX, NamesForm, NewPasswordForm, clean_text, password_field, reason_field
from community.accounts import names, queries
from community.joining.company_links import LinkTerms
from community.table_files import Encoding
from models.accounts import Account, Member
from models.joining import TermsVersion

# Weeks for an announcement in a company, a quarter for a roll-out; none for ever.
LINK_DAYS = (7, 14, 30, 90)
USUAL_DAYS = 14
# A team to a department; more people than these are a case for the company's mail domain.
LINK_USES = (5, 20, 50, 100, 500)
USUAL_USES = 20


# As wide as the columns of models/accounts.py.
HANDLE_MAX = 32

_SECOND_ACCOUNT, _SHARED = _("別の方として招待する理由"), _("共有のアドレスを、担当が分かれて使うため")

# How people know them.
ENCODINGS = {
    Encoding.UTF8: "UTF-8",
    Encoding.CP932: _("Shift_JIS（cp932）"),
    Encoding.UTF16: "UTF-16",
    Encoding.EUC_JP: "EUC-JP",
    Encoding.JIS: _("JIS（ISO-2022-JP）"),
}


def join_ids(ids: Iterable[int]) -> str:
    """Return the ids as a hidden field carries them."""
    return ",".join(map(str, ids))


class AcceptInvitationForm(NamesForm, NewPasswordForm):
    """The registration of a new member."""

    handle = AsciiField(
        _("ハンドル"),
        lower=True,
        validators=[InputRequired(_("ハンドルを入力してください。例：saeki"))],
    )
    password = password_field(_("パスワード"))
    agrees = BooleanField(
        _("同意します"),
        validators=[InputRequired(_("参加するには、同意が必要です。お読みのうえ、印を付けてください。"))],
    )
    versions = HiddenField()

    offered: Sequence[TermsVersion] = ()
    shown = ""

    def offer_terms(self, offered: Sequence[TermsVersion]) -> None:
        """Ask for consent to these versions; without any, remove the fields."""
        self.offered = offered
        if not offered:
            del self.agrees, self.versions
            return
        self.shown, self.versions.data = self.versions.data or "", join_ids(version.id for version in offered)

    def validate_agrees(self, field: Field) -> None:
        """Refuse consent to other versions than the page has shown."""
        if self.shown != self.versions.data:
            field.data = False
            raise ValidationError(_("内容が新しくなりました。もう一度お読みのうえ、印を付けてください。"))

    def validate_handle(self, field: Field) -> None:
        """Refuse handles that are taken or cannot be mentioned."""
        if not names.is_handle(field.data):
            raise ValidationError(_("ハンドルは半角の英字で始め、英数字と - _ で2〜32文字にしてください。例：saeki_m"))
        if queries.get_member_by_handle(field.data) is not None:
            raise ValidationError(_("このハンドルはもう使われています。例のように数字などを足してください。例：saeki2"))


class InviteForm(FlaskForm):
    email = AddressField(
        _("招待する人のメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：saeki@example.jp")),
    )
    account = SelectField(_("会社"), coerce=int, validators=[Optional()], validate_choice=True)
    is_company_admin = BooleanField(_("この会社の管理者として招待する"))
    # Why somebody joins whose address is another form of a member's: needed only then.
    second_account_reason = TextAreaField(
        _SECOND_ACCOUNT,
        filters=[clean_text],
        validators=[Optional(), Length(max=REASON_MAX, message=_("理由は1文字から1,000文字までで書いてください。"))],
    )

    # The member whose address differs from this one only in how it is written, if staff is told so.
    known: Member | None = None

    def offer(self, accounts: Sequence[Account]) -> None:
        """Offer these companies."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]


class JoinForm(FlaskForm):
    """An address that a mail will prove. `only`: the domains that it must have; empty: any."""

    email = AddressField(
        _("会社のメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：saeki@example.jp")),
    )

    only: Collection[str] = ()

    def validate_email(self, field: Field) -> None:
        """Refuse other domains than `only`, and name those: people with the link are of that company."""
        if self.only and field.data.rpartition("@")[2] not in self.only:
            examples = "、".join(f"@{domain}" for domain in self.only)
            raise ValidationError(_("このリンクで参加できるのは、%(domains)s のアドレスだけです。", domains=examples))


class LinkForm(FlaskForm):
    account = SelectField(_("会社"), coerce=int, validate_choice=True)
    days = SelectField(_("有効な期間"), coerce=int, default=USUAL_DAYS)
    max_uses = SelectField(_("参加できる人数"), coerce=int, default=USUAL_USES)
    own_domains_only = BooleanField(_("会社のメールドメインのアドレスだけに限る"), default=True)

    def offer(self, accounts: Sequence[Account]) -> None:
        """Offer these companies, the periods and the numbers."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]
        self.days.choices = [SelectChoice(days, str(_("%(n)s日間", n=days))) for days in LINK_DAYS]
        self.max_uses.choices = [SelectChoice(most, str(_("%(n)s人", n=most))) for most in LINK_USES]

    def holds(self, domains: Collection[str]) -> LinkTerms:
        """Return the terms that were chosen, for a company with these mail domains."""
        return LinkTerms(
            days=self.days.data,
            max_uses=self.max_uses.data,
            own_domains_only=bool(self.own_domains_only.data and domains),
        )


class CsvInvitationsForm(FlaskForm):
    account = SelectField(_("会社"), coerce=int, validate_choice=True)
    file = FileField(_("CSVファイル"), validators=[FileRequired(_("CSVファイルを選んでください。"))])
    encoding = SelectField(
        _("文字コード"),
        choices=[
            SelectChoice("", _("自動で見分ける")),
            *(SelectChoice(encoding.value, ENCODINGS[encoding]) for encoding in Encoding),
        ],
        default="",
        validate_choice=False,
    )
    strangers = BooleanField(_("会社のドメイン以外のアドレスも招待する"))

    def offer(self, accounts: Sequence[Account]) -> None:
        """Offer these companies."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]

    @property
    def chosen_encoding(self) -> Encoding | None:
        """The chosen encoding; None: it is to be recognised."""
        return Encoding(self.encoding.data) if self.encoding.data in set(Encoding) else None


class SecondAccountsForm(FlaskForm):
    """Why the people of a file join whose addresses are other forms of members' addresses."""

    upload = HiddenField()
    second_account_reason = reason_field(_SECOND_ACCOUNT, _SHARED)
