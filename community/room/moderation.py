"""What a room hands over so that its things can be hidden and restored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel.speaklater import LazyString

from models.accounts import Member
from models.moderation import Removal

Row = TypeVar("Row")
Viewer = TypeVar("Viewer")


def _do_nothing(_: Any) -> None:  # noqa: ANN401  a row of any room
    """Do nothing besides what moderation does to every row."""


@dataclass(frozen=True)
class Moderation(Generic[Row, Viewer]):
    """How things of one kind are hidden and restored. Their model is `Moderated`; `kind` is its table's name.

    `get` returns the row if the viewer may see it, hidden or not, else None. `can_remove` judges moderators,
    `can_take_back` authors, `can_restore` both; the removal is the one that hides the row now, and a moderator's may
    replace its author's. `address`: the path of the page to return to; `question` asks before a removal,
    「この投稿を取り下げますか」.
    `lock` locks the rows that an action of the room would lock, before anything is judged or written, and reads
    `hidden_at` anew; `after_hide` and `after_restore` do in the same transaction what queries cannot derive (update the
    index, push to open pages).
    """

    kind: str
    question: LazyString
    viewer: Callable[[Member | None], Viewer]
    get: Callable[[int, Viewer], Row | None]
    address: Callable[[Row], str]
    can_remove: Callable[[Viewer, Row, Removal | None], bool]
    can_take_back: Callable[[Viewer, Row], bool]
    can_restore: Callable[[Viewer, Row, Removal | None], bool]
    lock: Callable[[Row], object] = _do_nothing
    after_hide: Callable[[Row], object] = _do_nothing
    after_restore: Callable[[Row], object] = _do_nothing
