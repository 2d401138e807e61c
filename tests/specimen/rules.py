"""Who may do what with notes."""

from community.accounts.rules import is_member, is_moderator
from community.room import Thing
from models.accounts import Member
from models.moderation import Removal, RemovalReason

from .models import Note


def is_author(viewer: Member | None, note: Note) -> bool:
    return viewer is not None and viewer.id == note.author_id


def can_read(viewer: Member | None, note: Note) -> bool:
    """Everybody, guests too; what is hidden, its author and moderators."""
    return note.hidden_at is None or is_author(viewer, note) or (viewer is not None and is_moderator(viewer))


def can_edit(viewer: Member | None, note: Note) -> bool:
    return note.hidden_at is None and viewer is not None and is_author(viewer, note) and is_member(viewer)


def can_convert(member: Member, thing: Thing) -> bool:
    """Notes are everybody's: nothing that is hidden becomes one."""
    return is_member(member) and not thing.is_hidden


def can_remove(viewer: Member | None, note: Note, removal: Removal | None) -> bool:
    if viewer is None or not is_moderator(viewer):
        return False
    return note.hidden_at is None or (removal is not None and removal.reason == RemovalReason.AUTHOR)


def can_restore(viewer: Member | None, note: Note, removal: Removal | None) -> bool:
    if viewer is None or removal is None:
        return False
    return is_author(viewer, note) if removal.reason == RemovalReason.AUTHOR else is_moderator(viewer)
