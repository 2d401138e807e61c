"""Session lost while typing: what was typed is kept, signed, in the sign-in page, and put back afterwards.

A room whose forms are worth it registers with `on_resume` how it puts a text back (as a draft).
"""

from collections.abc import Callable, Mapping

from flask import current_app, render_template
from itsdangerous import BadSignature, URLSafeTimedSerializer

from blueprints.accounts.forms import SignInForm
from models.accounts import Member

# Put the fields back for the member; answer the path of the page where they are seen again.
PutBack = Callable[[Member, str, Mapping[str, str]], str]

# A post of 20,000 characters, its title and a few choices.
MAX_CHARACTERS = 30_000
# Over a night, but not over a week: the hidden field is in a page that somebody else may find open.
LIFE_SECONDS = 24 * 60 * 60
# Never travel with a text.
SECRET_FIELDS = frozenset({"csrf_token", "password", "old_password", "resume"})

_registry: dict[str, PutBack] = {}


def on_resume(prefix: str, put_back: PutBack) -> None:
    """Have texts that were sent to paths beginning so put back by this function, inside a transaction."""
    _registry[prefix] = put_back


def can_put_aside(path: str) -> bool:
    """Some room has said how to put back what was sent there."""
    return _find(path) is not None


def put_back(member: Member, path: str, fields: Mapping[str, str]) -> str:
    """Let the room put the text back; answers where to see it. Needs a transaction."""
    found = _find(path)
    if found is None:
        raise LookupError(path)
    return found(member, path, fields)


def typed_in(form: Mapping[str, str]) -> dict[str, str]:
    """What of a sent form is the person's own text and choice."""
    return {name: value for name, value in form.items() if name not in SECRET_FIELDS}


def ask_to_sign_in(path: str, form: Mapping[str, str]) -> str:
    """The sign-in page with the text in its keeping."""
    aside = sign(path, typed_in(form))
    return sign_in_page(aside or "", too_long=aside is None)


def sign_in_page(aside: str, *, too_long: bool = False) -> str:
    """From the beginning, with what is kept already."""
    page = SignInForm(formdata=None, resume=aside)
    return render_template("accounts/sign_in.html", form=page, kept=bool(aside), too_long=too_long)


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


def _find(path: str) -> PutBack | None:
    """The most specific registration wins."""
    prefixes = [prefix for prefix in _registry if path.startswith(prefix)]
    return _registry[max(prefixes, key=len)] if prefixes else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="resume")
