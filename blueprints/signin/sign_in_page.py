"""The sign-in page, which keeps what was typed where a session was lost."""

from collections.abc import Mapping

from flask import render_template

from blueprints import saved_forms
from blueprints.saved_forms import TypedText
from blueprints.signin.forms import SignInForm


def ask_to_sign_in(path: str, form: Mapping[str, str]) -> str:
    """The sign-in page with the text in its keeping."""
    aside = saved_forms.sign(path, saved_forms.typed_in(form))
    page = SignInForm(formdata=None, resume=aside or "")
    return render_sign_in(page, saved_forms.list_texts(form), too_long=aside is None)


def sign_in_page(aside: str) -> str:
    """From the beginning, with what is kept already."""
    return render_sign_in(SignInForm(formdata=None, resume=aside))


def render_sign_in(
    form: SignInForm, texts: list[TypedText] | None = None, *, too_long: bool = False, too_often: str = ""
) -> str:
    """The sign-in page, with the texts that it keeps shown: whoever may not come in any more can copy them.

    `too_often`: says how long nothing is taken; nothing is wrong with the form then.
    """
    kept = saved_forms.unsign(form.resume.data)
    if texts is None:
        texts = saved_forms.list_texts(kept[1]) if kept else []
    return render_template(
        "signin/sign_in.html",
        form=form,
        kept=kept is not None,
        texts=texts,
        too_long=too_long,
        too_often=too_often,
    )
