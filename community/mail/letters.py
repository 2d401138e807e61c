"""Texts of mails: templates of `templates/mail/`, in the recipient's language, as text and as HTML."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from flask_babel import force_locale

from community.config import Config


@dataclass(frozen=True)
class Letter:
    """Subject and both bodies of one mail."""

    subject: str
    text: str
    html: str


def write_letter(name: str, locale: str, values: Mapping[str, object]) -> Letter:
    """Return the letter of `templates/mail/<name>.subject.txt`, `.txt` and `.html`.

    Context processors of pages are left out on purpose: a mail knows nothing of the request that caused it.
    """
    config: Config = current_app.config["TSUDOI"]
    known = {**values, "community_name": config.community_name, "vendor_name": config.vendor_name, "locale": locale}

    def fill(suffix: str) -> str:
        return current_app.jinja_env.get_template(f"mail/{name}.{suffix}").render(known)

    with force_locale(locale):
        subject = " ".join(fill("subject.txt").split())  # a header has one line
        return Letter(subject, fill("txt").strip() + "\n", fill("html"))
