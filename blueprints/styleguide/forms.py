"""The style guide's forms, valid and refused; they are never sent."""

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs

ENDS = [SelectChoice("none", "期限なし"), SelectChoice("day", "この日まで")]


class SampleForm(Form):
    """A form with one field of each kind."""

    subject = StringField("題名")
    password = PasswordField("パスワード")
    about = TextAreaField("自己紹介")
    prefecture = SelectField("都道府県", choices=[SelectChoice(name, name) for name in ("北海道", "静岡県", "沖縄県")])
    picture = FileField("写真")
    digest = BooleanField("週に一度、まとめてメールで受け取る")
    name_shown = RadioField(
        "名前の出し方",
        choices=[SelectChoice("name", "名前を出す"), SelectChoice("pseudonym", "匿名の鳥の名前を使う")],
        default="name",
    )
    same = BooleanField("すべて同じ日にする")
    end_same = RadioField("いつまで", choices=ENDS)
    day_same = DateField("最後の日")
    use_webinar = BooleanField("ウェビナーと資料", default=True)
    end_webinar = RadioField("いつまで", choices=ENDS)
    day_webinar = DateField("最後の日")
    use_members = BooleanField("会員のページ")
    end_members = RadioField("いつまで", choices=ENDS)
    day_members = DateField("最後の日")


class RefusedForm(Form):
    """A form that was refused."""

    email = StringField("会社のメールアドレス")


def sample_form(prefix: str) -> SampleForm:
    """Return a form whose ids differ from those of the copy in the other theme on the same page."""
    return SampleForm(data={"subject": "ルックアップの値を更新したい", "use_webinar": True}, prefix=prefix)


def refused_form(prefix: str) -> RefusedForm:
    """Return a form with one refused field."""
    form = RefusedForm(data={"email": "saeki@"}, prefix=prefix)
    form.email.errors = ["「@」のあとがありません。例：saeki@kitahama.example"]
    return form
