"""Keeps what was typed into a form that could not be accepted: it is shown for copying, and kept.

If the session is lost, the text is kept, signed, in the sign-in page and put back afterwards. A room's `SavedForms` say
how a text is put back (as a draft).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature

from blueprints.room import current_pages
from blueprints.room_parts import SavedForms
from community.clock import PatientSerializer
from models.accounts import Member

# Five posts of 20,000 characters, a title and a few choices. Longer texts are lost, and the sign-in page says so.
MAX_CHARACTERS = 110_000
# Over a night, but not over a week: the hidden field is in a page that somebody else may find open.
LIFE_SECONDS = 24 * 60 * 60
# Fields that are neither shown nor kept, in any form.
_HIDDEN_FIELDS = re.compile(r"password|token|code|resume|^next$")
# Natural language: more than one line or word, or letters that no key, address or choice has.
_WRITTEN = re.compile(r"\s\S|[^\x00-\x7f]")


@dataclass(frozen=True)
class TypedText:
    """One text of a sent form, to be copied."""

    label: str
    text: str


def can_put_aside(path: str) -> bool:
    """Return whether a room can put back what was sent to this path."""
    return _find_forms(path) is not None


def put_back(member: Member, path: str, fields: Mapping[str, str]) -> str | None:
    """Let the room put the text back. Return the path of the page that shows it; None if it cannot be kept.

    Needs a transaction. Raises LookupError if no room keeps forms of this path.
    """
    found = _find_forms(path)
    if found is None:
        raise LookupError(path)
    return found.put_back(member, path, fields)


def list_url(path: str) -> str:
    """Return the address of the room's page of all such texts; "" if no room keeps forms of this path."""
    found = _find_forms(path)
    return found.list_url() if found is not None else ""


def typed_in(form: Mapping[str, str]) -> dict[str, str]:
    """Return those fields of a sent form that the member typed or chose."""
    return {name: value for name, value in form.items() if not _HIDDEN_FIELDS.search(name)}


def list_texts(form: Mapping[str, str]) -> list[TypedText]:
    """Return the texts of a sent form that its writer would miss: title, body, and everything else written in words."""
    labels = {"title": _("題"), "body": _("本文")}
    written = {
        name: value
        for name, value in form.items()
        if value.strip() and not _HIDDEN_FIELDS.search(name) and (name in labels or _WRITTEN.search(value.strip()))
    }
    return [TypedText(labels.get(name, _("書いた文")), value) for name, value in written.items()]


def sign(path: str, fields: Mapping[str, str]) -> str | None:
    """Return path and fields as one signed field; None if they are too long."""
    if sum(len(name) + len(value) for name, value in fields.items()) > MAX_CHARACTERS:
        return None
    return _signer().dumps([path, dict(fields)])


def unsign(signed: str | None) -> tuple[str, dict[str, str]] | None:
    """Return what `sign` packed, if the signature is ours, recent, and of use to some room; else None."""
    try:
        path, fields = _signer().loads(signed or "", max_age=LIFE_SECONDS)
    except BadSignature:
        return None
    return (path, fields) if can_put_aside(path) else None


def _find_forms(path: str) -> SavedForms | None:
    """Return the forms with the longest prefix of this path; None if there are none."""
    return next((forms for forms in current_pages().saved_forms if path.startswith(forms.prefix)), None)


def _signer() -> PatientSerializer:
    return PatientSerializer(str(current_app.secret_key), salt="resume")
