"""Who may see a picture. Each room says it for the things of its own that pictures hang on."""

from collections.abc import Callable
from typing import TypeAlias

from models.accounts import Member
from models.files import StoredImage

MaySee: TypeAlias = Callable[[Member | None, int], bool]

_may_see: dict[str, MaySee] = {}


def register(subject_kind: str, may_see: MaySee) -> None:
    """Have `may_see(member, subject_id)` decide on pictures that hang on things of this kind (its table's name)."""
    _may_see[subject_kind] = may_see


def may_see(member: Member | None, image: StoredImage) -> bool:
    """Its owner alone while it is loose; then whoever may see what it hangs on. A kind nobody registered: nobody."""
    if image.subject_kind is None or image.subject_id is None:
        return member is not None and member.id == image.owner_id
    decide = _may_see.get(image.subject_kind)
    return decide is not None and decide(member, image.subject_id)
