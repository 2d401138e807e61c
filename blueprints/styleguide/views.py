"""The page that shows every component in every state, in both themes side by side."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from blueprints.access import public, refuse_in_production

from . import samples
from .forms import refused_form, sample_form

bp = Blueprint("styleguide", __name__)
bp.before_request(refuse_in_production)

THEMES = ("light", "dark")


@bp.get("/styleguide")
@public
def show_styleguide() -> ResponseReturnValue:
    return render_template(
        "styleguide/index.html",
        themes=THEMES,
        forms={theme: sample_form(theme) for theme in THEMES},
        refused={theme: refused_form(f"{theme}-refused") for theme in THEMES},
        **samples.everything(),
    )
