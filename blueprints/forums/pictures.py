"""Pictures sent with a form by browsers that run no script: stored first, then added to the form's text."""

import hashlib

from blueprints.access import signed_in_member
from community.files import actions, queries
from community.files.rules import MAX_BYTES, BadImage, alt_from
from models.accounts import Member
from models.base import now, release, transaction

from .forms import WritingForm


def store_pictures(form: WritingForm) -> bool:
    """Store the chosen pictures and add them to the end of the text.

    Return False if one was refused; the form has the error. The same picture sent again with the same form is not
    stored twice, so the text stays the same too. A refused text comes back with its pictures already in it. Ends the
    database session's reading so far: load afterwards what is needed.
    """
    for file in form.pictures():
        data = file.stream.read(MAX_BYTES + 1)
        try:
            key = _store_picture(signed_in_member(), data, form.key)
        except BadImage as error:
            form.images.errors = [str(error)]
            return False
        form.body.data = f"{form.body.data or ''}\n\n![{alt_from(file.filename)}](/files/{key})".lstrip()
    return True


def _store_picture(owner: Member, data: bytes, form_key: str | None) -> str:
    """Store the picture and return its key, which is derived from the form's: nobody else can guess it."""
    key = hashlib.sha256(f"{owner.id} {form_key} ".encode() + data).hexdigest()[:32] if form_key else None
    try:
        known = queries.get_image(key) if key is not None else None
        if known is not None:
            return known.key
        actions.refuse_too_many(owner.id, now())
    finally:
        release()
    with transaction():
        return actions.store_image(owner, data, key).key
