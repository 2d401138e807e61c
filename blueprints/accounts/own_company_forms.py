"""Forms of a company's own administrator."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from blueprints.accounts.forms import NAME_MAX, NONE, choice, number_field, word_field
from blueprints.conflicts import ConflictForm
from blueprints.fields import _
from blueprints.person_forms import clean_line, clean_text
from community.accounts.companies import CompanyCard
from community.accounts.contact_vendor import Matter
from community.prefectures import PREFECTURES
from models.accounts import Account

TEXT_MAX = 4_000


class OwnCompanyForm(ConflictForm):
    """What the company knows best; name, contract and mail domains are edited by the staff."""

    reading = StringField(
        _("ふりがな"),
        filters=[clean_line],
        validators=[Length(max=NAME_MAX, message=_("ふりがなは200文字までにしてください。"))],
    )
    industry = word_field(_("業種"), _("業種は64文字までにしてください。例：製造業"))
    employees = number_field(_("従業員数"), 1)
    prefecture = SelectField(
        _("都道府県"),
        coerce=int,
        choices=[choice(NONE, _("（選ばない）")), *(choice(number, name) for number, name in PREFECTURES.items())],
    )
    is_name_shown = BooleanField(_("会社の名前を、ほかの会社の会員にも見せる"))

    def card(self) -> CompanyCard:
        return CompanyCard(
            reading=self.reading.data or "",
            industry=self.industry.data or "",
            employees=self.employees.data,
            prefecture=self.prefecture.data or None,
            is_name_shown=self.is_name_shown.data,
        )


class ContactVendorForm(FlaskForm):
    matter = RadioField(
        _("何について"),
        choices=[
            choice(Matter.RECORDS.value, _("記録されていることへの異議")),
            choice(Matter.ENDING.value, _("利用を終わりたい")),
            choice(Matter.OTHER.value, _("そのほか")),
        ],
        validators=[InputRequired(_("何についてかを選んでください。"))],
    )
    message = TextAreaField(
        _("伝えたいこと"),
        filters=[clean_text],
        validators=[
            DataRequired(_("伝えたいことを書いてください。例：返信を記録しないでほしいです。")),
            Length(min=1, max=TEXT_MAX, message=_("4,000文字までで書いてください。")),
        ],
    )


def make_own_company_form(account: Account) -> OwnCompanyForm:
    """Return the form filled with what is stored of the company."""
    form = OwnCompanyForm(formdata=None, data=own_company_state(account))
    form.remember(own_company_state(account))
    return form


def own_company_state(account: Account) -> dict[str, Any]:
    return {
        "reading": account.reading,
        "industry": account.industry,
        "employees": account.employees,
        "prefecture": account.prefecture or NONE,
        "is_name_shown": account.is_name_shown,
    }
