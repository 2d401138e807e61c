"""The viewer: a person as the forum sees them, with their company's phase today and the category tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from community.accounts.rules import can_take_part
from community.moderation.rules import can_moderate
from models.accounts import Member
from models.forums import Category


class CategoryTree:
    """All categories in the order of the tree."""

    def __init__(self, categories: Iterable[Category] = ()) -> None:
        self._by_id = {category.id: category for category in categories}
        self._children: dict[int | None, list[Category]] = {}
        for category in sorted(self._by_id.values(), key=lambda each: (each.position, each.id)):
            self._children.setdefault(category.parent_id, []).append(category)

    def __getitem__(self, category_id: int) -> Category:
        """The category with this id."""
        return self._by_id[category_id]

    def get(self, category_id: int | None) -> Category | None:
        """Return the category with this id, or None."""
        return self._by_id.get(category_id) if category_id is not None else None

    def find(self, slug: str) -> Category | None:
        """Return the category with this slug, or None."""
        return next((category for category in self._by_id.values() if category.slug == slug), None)

    def children_of(self, category_id: int | None) -> Sequence[Category]:
        """Return the categories directly below a category; for None, those without a parent."""
        return self._children.get(category_id, ())

    def chain(self, category: Category) -> list[Category]:
        """Return the category, then its parent, and so on up to the root."""
        chain = [category]
        while (outer := self.get(chain[-1].parent_id)) is not None and outer not in chain:
            chain.append(outer)
        return chain

    def below(self, category: Category) -> list[Category]:
        """Return the category and all categories below it."""
        found = [category]
        for each in found:
            found += [child for child in self.children_of(each.id) if child not in found]
        return found

    def walk(self, category_id: int | None = None, depth: int = 0) -> list[tuple[Category, int]]:
        """Return every category below `category_id` (None: all) with its depth, each before its children."""
        steps: list[tuple[Category, int]] = []
        for category in self.children_of(category_id):
            steps += [(category, depth), *self.walk(category.id, depth + 1)]
        return steps


@dataclass(frozen=True)
class Viewer:
    """The person looking; `member` None: a guest. Segment and stage are those of their company today.

    `version`: of all that lists of topics show and count (`community.public`), read together with the categories.
    """

    member: Member | None
    segment: str | None = None
    stage: str | None = None
    categories: CategoryTree = field(default_factory=CategoryTree)
    version: str = ""

    @property
    def member_id(self) -> int | None:
        """The member's id; None for a guest."""
        return self.member.id if self.member else None

    @cached_property
    def moderates(self) -> bool:
        """Whether the person may remove and restore what others wrote; computed once, as `takes_part`."""
        return can_moderate(self.member)

    @cached_property
    def takes_part(self) -> bool:
        """Whether the person may do more than read; computed once, not for every post of a page."""
        return self.member is not None and can_take_part(self.member)
