"""Sentences of forms and labels: chosen when they are shown, in the language of whoever reads them."""

from typing import cast

from flask_babel import lazy_gettext


def _(sentence: str, **values: object) -> str:
    """The types of WTForms know only str."""
    return cast("str", lazy_gettext(sentence, **values))
