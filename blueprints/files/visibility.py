"""Judges who may see a file."""

from community.things import can_see
from models.accounts import Member
from models.files import StoredFile


def may_see(member: Member | None, file: StoredFile) -> bool:
    """Return whether the member (None: a guest) may see the file.

    A loose file is visible to its owner only, an attached one to those who may see the thing that it is attached to.
    """
    if file.subject_kind is None or file.subject_id is None:
        return member is not None and member.id == file.owner_id
    return can_see(member, (file.subject_kind, file.subject_id))
