"""Pictures sent with a form itself, by browsers that run no script: kept first, then shown by the text."""

from blueprints.access import signed_in_member
from community.files import actions
from community.files.rules import MAX_BYTES, BadImage, alt_from
from models.base import release, transaction

from .forms import WritingForm


def take(form: WritingForm) -> bool:
    """Keep the chosen pictures and put them at the end of the text. False: one was refused, and the form says why.

    A refused text comes back with the pictures already in it. Ends the reading so far: load afterwards what is needed.
    """
    for file in form.pictures():
        data = file.stream.read(MAX_BYTES + 1)
        owner = signed_in_member()
        release()
        try:
            with transaction():
                image = actions.store_image(owner, data)
        except BadImage as error:
            form.images.errors = [str(error)]
            return False
        form.body.data = f"{form.body.data or ''}\n\n![{alt_from(file.filename)}](/files/{image.key})".lstrip()
    return True
