"""Judges who may see a picture."""

from community.things import can_see
from models.accounts import Member
from models.files import StoredImage


def may_see(member: Member | None, image: StoredImage) -> bool:
    """Return whether the member (None: a guest) may see the picture.

    A loose picture is visible to its owner only, an attached one to those who may see the thing that it is attached to.
    """
    if image.subject_kind is None or image.subject_id is None:
        return member is not None and member.id == image.owner_id
    return can_see(member, (image.subject_kind, image.subject_id))
