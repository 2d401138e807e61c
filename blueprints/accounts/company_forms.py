"""What the staff fill in about a company."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from blueprints.accounts.forms import NAME_MAX, NONE, choice, day_field, number_field, word_field
from blueprints.conflicts import ConflictForm
from blueprints.fields import Needed, _
from blueprints.person_forms import clean_line, clean_text
from community.accounts import companies, mail_addresses, queries, rules
from community.accounts.companies import CompanyCard, PlannedPhase
from community.accounts.labels import KINDS, SEGMENTS, STAGES
from community.accounts.mail_addresses import BadDomainError
from community.prefectures import PREFECTURES
from models.accounts import Account, AccountKind, AccountPhase, Member, Segment, Stage

MOST_DOMAINS = 50
# What a select sends that has not been touched.
UNDECIDED = ""
# What the vendor's own company has none of: it is nobody's customer.
OF_CUSTOMERS = (
    "kind", "plan", "licences", "csm", "renews_on", "parent", "is_name_shown", "segment", "stage", "phase_from",
)  # fmt: skip


class CompanyForm(ConflictForm):
    """The staff's form of a company; `account` None: a new one. The vendor's own company lacks OF_CUSTOMERS."""

    name = StringField(
        _("会社の名前"),
        filters=[clean_line],
        validators=[
            InputRequired(_("会社の名前を入力してください。例：株式会社北浜精工")),
            Length(min=1, max=NAME_MAX, message=_("会社の名前は1文字から200文字までです。例：株式会社北浜精工")),
        ],
    )
    reading = StringField(
        _("ふりがな"),
        filters=[clean_line],
        validators=[Length(max=NAME_MAX, message=_("ふりがなは200文字までにしてください。"))],
    )
    kind = SelectField(_("種類"), choices=[choice(k.value, KINDS[k]) for k in AccountKind if k != AccountKind.VENDOR])
    industry = word_field(_("業種"), _("業種は64文字までにしてください。例：製造業"))
    employees = number_field(_("従業員数"), 1)
    prefecture = SelectField(
        _("都道府県"),
        coerce=int,
        choices=[choice(NONE, _("（選ばない）")), *(choice(number, name) for number, name in PREFECTURES.items())],
    )
    mail_domains = TextAreaField(_("メールのドメイン"), filters=[clean_text])
    plan = word_field(_("プラン"), _("プランは64文字までにしてください。例：スタンダード"))
    licences = number_field(_("ライセンス数"), 0)
    csm = SelectField(_("担当のカスタマーサクセス"), coerce=int)
    renews_on = day_field(_("次の更新日"))
    parent = SelectField(_("親会社"), coerce=int, default=NONE)
    is_name_shown = BooleanField(_("会社の名前を、ほかの会社の会員にも見せる"))
    segment = SelectField(_("セグメント"), validators=[Needed()])
    stage = SelectField(_("フェーズ"), validators=[Needed()])
    phase_from = day_field(_("この区分がはじまる日"))

    def __init__(
        self,
        account: Account | None,
        newest: AccountPhase | None,
        today: date,
        *,
        is_vendor: bool,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data=data)
        self.account, self.newest, self.today = account, newest, today
        undecided = [] if newest else [choice(UNDECIDED, _("選んでください"))]
        self.segment.choices = undecided + [choice(value.value, SEGMENTS[value]) for value in Segment]
        self.stage.choices = undecided + [choice(value.value, STAGES[value]) for value in Stage]
        for phase in (self.segment, self.stage):  # prospects and partners may decide later
            phase.flags.required = newest is not None or self.kind.data == AccountKind.CUSTOMER
        if is_vendor:
            for name in OF_CUSTOMERS:
                del self[name]

    def offer(self, people: Collection[Member]) -> None:
        """Offer these people as CSM."""
        self.csm.choices = [choice(NONE, _("（決めない）")), *(choice(p.id, p.display_name) for p in people)]

    def offer_parents(self, accounts: Collection[Account]) -> None:
        """Offer these companies as parent."""
        others = [choice(account.id, account.name) for account in accounts if account is not self.account]
        self.parent.choices = [choice(NONE, _("（なし）")), *others]

    # --- what is refused

    def validate_parent(self, field: Field) -> None:
        own = self.account.id if self.account else None
        if field.data and not companies.can_be_parent(own, field.data):
            raise ValidationError(self.parent_refused())

    def parent_refused(self) -> str:
        """Return the sentence for a parent that is refused, also when somebody else was faster."""
        return _(
            "この会社は親会社にできません。自分の下にある会社か、%(n)d段より深くなる会社です。", n=companies.MOST_FLOORS
        )

    def validate_name(self, field: Field) -> None:
        known = queries.get_account_by_name(field.data)
        if known is not None and known is not self.account:
            raise ValidationError(
                _("「%(name)s」はもう登録されています。支店や部門なら、それも書いてください。", name=known.name)
            )

    def validate_mail_domains(self, field: Field) -> None:
        typed = _list_lines(field)
        if len(typed) > MOST_DOMAINS:
            raise ValidationError(_("ドメインは%(n)d個までです。", n=MOST_DOMAINS))
        self._refuse_strangers([_parse_domain(line) for line in typed])

    def _refuse_strangers(self, typed: Sequence[str]) -> None:
        for domain, owner in queries.list_owners_of_domains(typed).items():
            if owner is not self.account:
                raise ValidationError(
                    _("「%(domain)s」は、もう「%(company)s」のドメインです。", domain=domain, company=owner.name)
                )

    def validate_segment(self, field: Field) -> None:
        if bool(field.data) != bool(self.stage.data):
            raise ValidationError(_("セグメントとフェーズは、両方を選んでください。例：ミッドタッチ、立ち上げ期"))
        if not field.data and self.kind.data == AccountKind.CUSTOMER:
            raise ValidationError(_("契約企業のセグメントを選んでください。例：ミッドタッチ"))

    def validate_stage(self, field: Field) -> None:
        if not field.data and self.kind.data == AccountKind.CUSTOMER:
            raise ValidationError(_("契約企業のフェーズを選んでください。例：立ち上げ期"))

    def validate_phase_from(self, field: Field) -> None:
        del field
        phase = self.phase()
        if phase is None or not self.moves_phase() or rules.can_begin_phase(self.newest, phase.from_day, self.today):
            return
        raise ValidationError(self.out_of_order())

    def out_of_order(self) -> str:
        """Return why the phase cannot begin on the chosen day."""
        if self.newest is not None and self.newest.from_day > self.today:
            return _(
                "%(day)sからの区分がもう決まっています。それより前の日にはできません。",
                day=self.newest.from_day.isoformat(),
            )
        return _("過ぎた日の区分は変えられません。今日か、これからの日にしてください。")

    # --- what was typed

    def card(self) -> CompanyCard:
        """Return what the form says of the company; of the vendor's, less."""
        card = CompanyCard(
            name=self.name.data or "",
            reading=self.reading.data or "",
            prefecture=self.prefecture.data or None,
            industry=self.industry.data or "",
            employees=self.employees.data,
        )
        if "kind" in self:
            card |= CompanyCard(
                kind=AccountKind(self.kind.data),
                plan=self.plan.data or "",
                licences=self.licences.data,
                csm_id=self.csm.data or None,
                renews_on=self.renews_on.data,
                parent_id=self.parent.data or None,
                is_name_shown=self.is_name_shown.data,
            )
        return card

    def domains(self) -> list[str]:
        """Return the mail domains, tidied, each once."""
        return list(dict.fromkeys(mail_addresses.tidy_domain(line) for line in _list_lines(self.mail_domains)))

    def phase(self) -> PlannedPhase | None:
        """Return the chosen phase, from today where no day was typed; None where none was chosen."""
        if "segment" not in self or self.segment.data not in set(Segment) or self.stage.data not in set(Stage):
            return None
        return PlannedPhase(Segment(self.segment.data), Stage(self.stage.data), self.phase_from.data or self.today)

    def moves_phase(self) -> bool:
        """Return whether another segment or stage than the newest was chosen; the day alone changes nothing."""
        phase = self.phase()
        old = (self.newest.segment, self.newest.stage) if self.newest else None
        return phase is not None and (phase.segment, phase.stage) != old


def compared_state(account: Account, newest: AccountPhase | None, owned: Collection[str]) -> dict[str, Any]:
    """Return the stored values that a change by somebody else is recognised by; the day is the newest phase's."""
    return shown_state(account, newest, sorted(owned), date.min) | {"phase_from": newest.from_day if newest else None}


def shown_state(account: Account, newest: AccountPhase | None, owned: Collection[str], today: date) -> dict[str, Any]:
    """Return the values that the form shows of a stored company."""
    return {
        "name": account.name,
        "reading": account.reading,
        "kind": account.kind,
        "industry": account.industry,
        "employees": account.employees,
        "prefecture": account.prefecture or NONE,
        "mail_domains": "\n".join(owned),
        "plan": account.plan,
        "licences": account.licences,
        "csm": account.csm_id or NONE,
        "renews_on": account.renews_on,
        "parent": account.parent_id or NONE,
        "is_name_shown": account.is_name_shown,
        "segment": newest.segment if newest else UNDECIDED,
        "stage": newest.stage if newest else UNDECIDED,
        "phase_from": today,
    }


def _list_lines(field: Field | TextAreaField) -> list[str]:
    return [line for line in (field.data or "").splitlines() if line.strip()]


def _parse_domain(line: str) -> str:
    """Return the domain in the line. Raises ValidationError."""
    try:
        domain = mail_addresses.tidy_domain(line)
    except BadDomainError as error:
        raise ValidationError(
            _("「%(typed)s」はドメインの形になっていません。例：kitahama.example.jp", typed=line.strip())
        ) from error
    if mail_addresses.is_free_mail(domain):
        raise ValidationError(
            _(
                "「%(domain)s」はだれでも使えるメールです。会社だけのドメインを書いてください。例：kitahama.example.jp",
                domain=domain,
            )
        )
    return domain
