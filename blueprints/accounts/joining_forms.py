"""What somebody fills in who joins by their company, and whoever opens the way for them."""

from collections.abc import Collection, Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, SelectField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import ValidationError

from blueprints.fields import AddressField, _, address_rules
from community.joining.company_links import LinkTerms
from community.table_files import Encoding
from models.accounts import Account

# Weeks for an announcement in a company, a quarter for a roll-out; none for ever.
LINK_DAYS = (7, 14, 30, 90)
USUAL_DAYS = 14
# A team to a department; more people than these are a case for the company's mail domain.
LINK_USES = (5, 20, 50, 100, 500)
USUAL_USES = 20


# How people know them.
ENCODINGS = {
    Encoding.UTF8: "UTF-8",
    Encoding.CP932: _("Shift_JIS（cp932）"),
    Encoding.UTF16: "UTF-16",
    Encoding.EUC_JP: "EUC-JP",
    Encoding.JIS: _("JIS（ISO-2022-JP）"),
}


class JoinForm(FlaskForm):
    """An address that a mail will prove. `only`: where it must be of one of these domains."""

    email = AddressField(
        _("会社のメールアドレス"),
        validators=address_rules(_("メールアドレスを入力してください。例：saeki@example.jp")),
    )

    only: Collection[str] = ()

    def validate_email(self, field: Field) -> None:
        """Says which domains would do: whoever has the link is of that company."""
        if self.only and field.data.rpartition("@")[2] not in self.only:
            examples = "、".join(f"@{domain}" for domain in self.only)
            raise ValidationError(_("このリンクで参加できるのは、%(domains)s のアドレスだけです。", domains=examples))


class LinkForm(FlaskForm):
    account = SelectField(_("会社"), coerce=int, validate_choice=True)
    days = SelectField(_("有効な期間"), coerce=int, default=USUAL_DAYS)
    max_uses = SelectField(_("参加できる人数"), coerce=int, default=USUAL_USES)
    own_domains_only = BooleanField(_("会社のメールドメインのアドレスだけに限る"), default=True)

    def offer(self, accounts: Sequence[Account]) -> None:
        """The companies to choose from, the periods and the numbers."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]
        self.days.choices = [SelectChoice(days, str(_("%(n)s日間", n=days))) for days in LINK_DAYS]
        self.max_uses.choices = [SelectChoice(most, str(_("%(n)s人", n=most))) for most in LINK_USES]

    def holds(self, domains: Collection[str]) -> LinkTerms:
        """What the filled form says of a link for a company with these domains."""
        return LinkTerms(
            days=self.days.data,
            max_uses=self.max_uses.data,
            own_domains_only=bool(self.own_domains_only.data and domains),
        )


class RosterForm(FlaskForm):
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
        """The companies to choose from."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]

    @property
    def chosen_encoding(self) -> Encoding | None:
        """None: it is to be recognised."""
        return Encoding(self.encoding.data) if self.encoding.data in set(Encoding) else None
