"""What somebody fills in who joins by their company, and whoever opens the way for them."""

from collections.abc import Collection, Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, EmailField, Field, SelectField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from blueprints.accounts.company_forms import WholeNumberField
from blueprints.accounts.forms import EMAIL_MAX, _, _address, is_email
from community.accounts.company_links import LinkTerms
from models.accounts import Account

# Weeks for an announcement in a company, a quarter for a roll-out; none for ever.
LINK_DAYS = (7, 14, 30, 90)
USUAL_DAYS = 14
USUAL_USES = 20
# A company's whole department; more than this is a case for its mail domain.
MOST_USES = 500


class JoinForm(FlaskForm):
    """An address that a mail will prove. `only`: where it must be of one of these domains."""

    email = EmailField(
        _("会社のメールアドレス"),
        filters=[_address],
        validators=[
            InputRequired(_("メールアドレスを入力してください。例：saeki@example.jp")),
            Length(max=EMAIL_MAX, message=_("メールアドレスが長すぎます。")),
            is_email,
        ],
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
    max_uses = WholeNumberField(
        _("参加できる人数"),
        default=USUAL_USES,
        validators=[
            InputRequired(_("人数を入力してください。例：20")),
            NumberRange(1, MOST_USES, _("1から%(most)sまでの人数にしてください。例：20", most=MOST_USES)),
        ],
    )
    own_domains_only = BooleanField(_("会社のメールドメインのアドレスだけに限る"), default=True)

    def offer(self, accounts: Sequence[Account]) -> None:
        """The companies to choose from, and the periods."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]
        self.days.choices = [SelectChoice(days, str(_("%(n)s日間", n=days))) for days in LINK_DAYS]

    def holds(self, domains: Collection[str]) -> LinkTerms:
        """What the filled form says of a link for a company with these domains."""
        return LinkTerms(
            days=self.days.data,
            max_uses=self.max_uses.data or 1,
            own_domains_only=bool(self.own_domains_only.data and domains),
        )


class RosterForm(FlaskForm):
    account = SelectField(_("会社"), coerce=int, validate_choice=True)
    file = FileField(_("CSVファイル"), validators=[FileRequired(_("CSVファイルを選んでください。"))])
    strangers = BooleanField(_("会社のドメイン以外のアドレスも招待する"))

    def offer(self, accounts: Sequence[Account]) -> None:
        """The companies to choose from."""
        self.account.choices = [SelectChoice(account.id, account.name) for account in accounts]
