"""What was typed and could not be taken: shown to be copied, and kept.

Session lost: it is kept, signed, in the sign-in page, and put back afterwards. A room whose forms are worth it says in
its `SavedForms` how it puts a text back (as a draft).
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

# Five posts of 20,000 characters, a title and a few choices: who has written too much is told so after signing in.
MAX_CHARACTERS = 110_000
# Over a night, but not over a week: the hidden field is in a page that somebody else may find open.
LIFE_SECONDS = 24 * 60 * 60
# Fields that are neither shown nor travel with a text, whatever form they are of.
_HIDDEN_FIELDS = re.compile(r"password|token|code|resume|^next$")
# Natural language: more than one line or word, or letters that no key, address or choice has.
_WRITTEN = re.compile(r"\s\S|[^\x00-\x7f]")


@dataclass(frozen=True)
class TypedText:
    """One text of a sent form, to be copied."""

    label: str
    text: str


def can_put_aside(path: str) -> bool:
    """Some room has said how to put back what was sent there."""
    return _find(path) is not None


def put_back(member: Member, path: str, fields: Mapping[str, str]) -> str | None:
    """Let the room put the text back; answers where to see it, None if it cannot keep it. Needs a transaction."""
    found = _find(path)
    if found is None:
        raise LookupError(path)
    return found.put_back(member, path, fields)


def list_url(path: str) -> str:
    """Return the page of all texts that the room keeps of such forms, "" where none keeps them."""
    found = _find(path)
    return found.list_url() if found is not None else ""


def typed_in(form: Mapping[str, str]) -> dict[str, str]:
    """What of a sent form is the person's own text and choice."""
    return {name: value for name, value in form.items() if not _HIDDEN_FIELDS.search(name)}


def list_texts(form: Mapping[str, str]) -> list[TypedText]:
    """The texts of a sent form that its writer would miss: title and body, and whatever else is written in words."""
    labels = {"title": _("題"), "body": _("本文")}
    written = {
        name: value
        for name, value in form.items()
        if value.strip() and not _HIDDEN_FIELDS.search(name) and (name in labels or _WRITTEN.search(value.strip()))
    }
    return [TypedText(labels.get(name, _("書いた文")), value) for name, value in written.items()]


def sign(path: str, fields: Mapping[str, str]) -> str | None:
    """Path and fields as one field that nobody can change on the way; None if it is too much."""
    if sum(len(name) + len(value) for name, value in fields.items()) > MAX_CHARACTERS:
        return None
    return _signer().dumps([path, dict(fields)])


def unsign(signed: str | None) -> tuple[str, dict[str, str]] | None:
    """What `sign` made, if it is ours, in time, and still of use to some room."""
    try:
        path, fields = _signer().loads(signed or "", max_age=LIFE_SECONDS)
    except BadSignature:
        return None
    return (path, fields) if can_put_aside(path) else None


def _find(path: str) -> SavedForms | None:
    """The most specific prefix wins."""
    return next((forms for forms in current_pages().saved_forms if path.startswith(forms.prefix)), None)


def _signer() -> PatientSerializer:
    return PatientSerializer(str(current_app.secret_key), salt="resume")
