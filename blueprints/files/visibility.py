"""Who may see a picture."""

from community.things import can_see
from models.accounts import Member
from models.files import StoredImage


def may_see(member: Member | None, image: StoredImage) -> bool:
    """Return whether the person (None: a guest) may see the picture.

    While it is loose its owner alone may; then whoever may see the thing that it hangs on.
    """
    if image.subject_kind is None or image.subject_id is None:
        return member is not None and member.id == image.owner_id
    return can_see(member, (image.subject_kind, image.subject_id))
