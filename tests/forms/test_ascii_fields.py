"""Full-width input is folded in every field that means ASCII, and a new field has to say whether it does."""

from datetime import date

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, HiddenField, MultipleFileField, PasswordField, RadioField, StringField
from wtforms.fields import Field, SelectField, SelectMultipleField

from blueprints.accounts.company_forms import CompanyForm
from blueprints.accounts.forms import EndContractForm, SettingsForm
from blueprints.accounts.own_company_forms import OwnCompanyForm
from blueprints.fields import AddressField, AsciiField, DayField, WholeNumberField
from blueprints.forums.forms import CategoryForm
from blueprints.joining.forms import AcceptInvitationForm, InviteForm, JoinForm
from blueprints.signin.forms import CodeForm, SignInForm
from models.base import today

pytestmark = pytest.mark.parametrize("database", ["sqlite"])

ASCII = (AsciiField, AddressField, WholeNumberField, DayField)
# Chosen, sent along or secret: nobody's keyboard makes them wide. A password is folded where it is hashed.
NOT_WRITTEN = (
    BooleanField, FileField, HiddenField, MultipleFileField, PasswordField, RadioField, SelectField,
    SelectMultipleField,
)  # fmt: skip
# Names and sentences, in whatever letters. `mail_domains` are lines, each folded where it is read.
FREE_TEXT = {
    "bio", "body", "body_en", "body_ja", "description", "family_name", "family_reading", "given_name", "given_reading",
    "headline", "industry", "mail_domains", "message", "name", "name_en", "note", "plan", "reading", "title",
    # Of a figure; numbers are read in full width, too (community/stories/versions/numbers.py).
    "label", "baseline", "result", "unit", "period", "method", "confirmed_by",
}  # fmt: skip


def forms_of(kind: type[FlaskForm] = FlaskForm) -> set[type[FlaskForm]]:
    below = {form for form in kind.__subclasses__() if form.__module__.startswith("blueprints.")}
    return below.union(*(forms_of(form) for form in below))


def fields_of(form: type[FlaskForm]) -> list[tuple[str, type[Field]]]:
    declared = [(name, getattr(form, name)) for name in dir(form) if not name.startswith("_")]
    return [(name, value.field_class) for name, value in declared if hasattr(value, "field_class")]


def test_every_field_is_free_text_or_means_ascii(app: Flask) -> None:
    undecided = {
        f"{form.__name__}.{name}"
        for form in forms_of()
        for name, kind in fields_of(form)
        if not issubclass(kind, (*ASCII, *NOT_WRITTEN)) and name not in FREE_TEXT and not name.endswith("_reason")
    }
    assert undecided == set(), "make it a field of blueprints/fields.py, or name it among the free texts"


def test_no_free_text_field_is_named_like_ascii(app: Flask) -> None:
    for form in forms_of():
        for name, kind in fields_of(form):
            if name in {"email", "handle", "slug", "code", "url", "domain"}:
                assert issubclass(kind, (AsciiField, AddressField)), f"{form.__name__}.{name}"


def typed(app: Flask, form: type[FlaskForm], name: str, text: str) -> Field:
    with app.test_request_context():
        filled = form(formdata=MultiDict({name: text}))
        return filled[name]


WIDE = {
    "ｔａｄｏｋｏｒｏ＠ｔｏｍｏｕｒａ．ｅｘａｍｐｌｅ．ｊｐ": "tadokoro@tomoura.example.jp",
    "tadokoro@tomoura。example。jp": "tadokoro@tomoura.example.jp",
    "tadokoro@tomoura｡example.jp": "tadokoro@tomoura.example.jp",
    "　Tadokoro@Tomoura.example.jp　": "tadokoro@tomoura.example.jp",
    "\ufefftadokoro@tomoura.example.jp\u200b": "tadokoro@tomoura.example.jp",
    "tado\u00adkoro@tomoura.example.jp\n": "tadokoro@tomoura.example.jp",
    "mailto:tadokoro@tomoura.example.jp": "tadokoro@tomoura.example.jp",
    "田所 蓮 <tadokoro@tomoura.example.jp>": "tadokoro@tomoura.example.jp",
    "田所　蓮＜ｔａｄｏｋｏｒｏ＠tomoura.example.jp＞": "tadokoro@tomoura.example.jp",
    "tado‐koro@tomouraー1.example.jp": "tado-koro@tomoura-1.example.jp",
    "tadokoro@友浦.example.jp": "tadokoro@xn--ioru90d.example.jp",
}


@pytest.mark.parametrize("form", [SignInForm, JoinForm, InviteForm])
@pytest.mark.parametrize("text", WIDE)
def test_an_address_is_folded(app: Flask, form: type[FlaskForm], text: str) -> None:
    assert typed(app, form, "email", text).data == WIDE[text]


@pytest.mark.parametrize(
    "text", ["佐伯@example.jp", "佐伯", "日本語.jp", "㈱髙﨑 ①Ⅳ", "@owner @all", "", "甲\u202e乙@x", "a@b@c"]
)
def test_what_is_no_address_is_shown_again_as_it_was_typed(app: Flask, text: str) -> None:
    field = typed(app, JoinForm, "email", text)
    assert field.data == text
    with app.test_request_context():
        assert not field.validate(JoinForm(formdata=None))


@pytest.mark.parametrize(
    ("form", "name", "text", "expected"),
    [
        (CodeForm, "code", "１２３４５６", "123456"),
        (CodeForm, "code", "１２３　４５６", "123 456"),
        (CodeForm, "code", "ＡＢ１２ー３４５６", "AB12-3456"),
        (AcceptInvitationForm, "handle", "Ｔａｄｏｋｏｒｏ＿２", "tadokoro_2"),
        (AcceptInvitationForm, "handle", "田所", "田所"),
        (CategoryForm, "slug", "　ＡＰＰーｄｅｓｉｇｎ", "app-design"),
        (OwnCompanyForm, "employees", "１，２３４", 1234),
        (OwnCompanyForm, "employees", "1、200 ", 1200),
        (EndContractForm, "last_day", "２０２７－０４－０１", date(2027, 4, 1)),
        (EndContractForm, "last_day", "2027／4／1", date(2027, 4, 1)),
        (EndContractForm, "last_day", "２０２７年４月１日", date(2027, 4, 1)),
        (EndContractForm, "last_day", "2027.4.1", date(2027, 4, 1)),
        (EndContractForm, "last_day", "2027ー04ー01", date(2027, 4, 1)),
    ],
)
def test_codes_names_numbers_and_days_are_folded(
    app: Flask, form: type[FlaskForm], name: str, text: str, expected: object
) -> None:
    assert typed(app, form, name, text).data == expected


def test_a_folded_day_is_shown_as_a_browser_s_own_field_has_it(app: Flask) -> None:
    assert 'value="2027-04-01"' in str(typed(app, EndContractForm, "last_day", "２０２７／４／１")())


def test_mail_domains_are_folded_line_by_line(app: Flask) -> None:
    with app.test_request_context():
        lines = "＠ｔｏｍｏｕｒａ．ｅｘａｍｐｌｅ．ｊｐ\nkitahama。example.jp\n\u200bTOMOURA.example.jp"
        form = CompanyForm(None, None, today(), is_vendor=True, data={"mail_domains": lines})
        assert form.domains() == ["tomoura.example.jp", "kitahama.example.jp"]


def test_free_text_stays_as_wide_as_it_was_written(app: Flask) -> None:
    assert typed(app, AcceptInvitationForm, "family_name", "ＡＢＣ　商事").data == "ＡＢＣ 商事"


def test_choices_are_no_texts(app: Flask) -> None:
    kinds = {kind for form in forms_of() for _, kind in fields_of(form)}
    assert {StringField, SelectField} <= kinds
    assert SettingsForm in forms_of()
