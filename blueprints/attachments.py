"""Files sent with a form by browsers that run no script: stored first, then added to the form's text."""

import hashlib
from typing import Protocol

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import TextAreaField

from blueprints.access import signed_in_member
from community.files import actions, queries, uploads
from community.files.names import to_link_text
from community.files.rules import FileRefusedError, alt_from
from models.accounts import Member
from models.base import now, release, transaction
from models.files import StoredFile


class FormWithFiles(Protocol):
    """A form with a text and files for it."""

    body: TextAreaField
    images: MultipleFileField

    @property
    def key(self) -> str | None:
        """The form's key, so that the same file sent again with it is stored once; None without one."""

    def chosen_files(self) -> list[FileStorage]:
        """Return the chosen files."""
        ...


def store_files(form: FormWithFiles) -> bool:
    """Store the chosen files and add them to the end of the text.

    Return False if one was refused; the form has the error. The same file sent again with the same form is not stored
    twice, so the text stays the same too. A refused text comes back with its files already in it. Ends the database
    session's reading so far: load afterwards what is needed.
    """
    for file in form.chosen_files():
        try:
            stored = store_file(signed_in_member(), file, form.key)
        except FileRefusedError as error:
            form.images.errors = [str(error)]
            return False
        is_picture = not stored.name
        words = f"![{alt_from(file.filename or '')}]" if is_picture else f"[{to_link_text(stored.name)}]"
        form.body.data = f"{form.body.data or ''}\n\n{words}(/files/{stored.key})".lstrip()
    return True


def store_file(owner: Member, file: FileStorage, form_key: str | None) -> StoredFile:
    """Store the file and return its row; its key is derived from the form's: nobody else can guess it.

    Raise FileRefusedError. Ends the database session's reading so far.
    """
    data = file.stream.read(uploads.most_bytes() + 1)
    key = hashlib.sha256(f"{owner.id} {form_key} ".encode() + data).hexdigest()[:32] if form_key else None
    try:
        known = queries.get_file(key) if key is not None else None
        if known is not None:
            return known
        actions.refuse_too_many(owner.id, now())
    finally:
        release()
    upload = uploads.read_upload(data, file.filename or "")
    with transaction():
        return actions.store_file(owner, upload, key)
