"""The sign-in page, which keeps what was typed when a session was lost."""

from collections.abc import Mapping

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints import saved_forms
from blueprints.access import READING
from blueprints.saved_forms import TypedText
from blueprints.signin.forms import SignInForm
from blueprints.system.giving_back import sent_form
from blueprints.throttling import wants_json


def ask_guest_to_sign_in() -> Response:
    """Send a guest to the sign-in page; a form that they sent is kept there and restored afterwards."""
    if wants_json():
        return make_response(jsonify(error="signed_out", message=_("サインインしてください。")), 401)
    if request.method == "POST" and saved_forms.can_put_aside(request.path):
        return make_response(ask_to_sign_in(request.path, sent_form()), 401)
    asked_for = request.full_path.rstrip("?") if request.method in READING else None
    return make_response(redirect(url_for("signin.sign_in", next=asked_for)))


def ask_to_sign_in(path: str, form: Mapping[str, str]) -> str:
    """Return the sign-in page with the text of this form kept in it."""
    aside = saved_forms.sign(path, saved_forms.typed_in(form))
    page = SignInForm(formdata=None, resume=aside or "")
    return render_sign_in(page, saved_forms.list_texts(form), too_long=aside is None)


def sign_in_page(aside: str) -> str:
    """Return a new sign-in page with a text that is kept already."""
    return render_sign_in(SignInForm(formdata=None, resume=aside))


def render_sign_in(
    form: SignInForm, texts: list[TypedText] | None = None, *, too_long: bool = False, too_often: str = ""
) -> str:
    """Return the sign-in page and show the texts that it keeps: people who cannot sign in any more can copy them.

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
