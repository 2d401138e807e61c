"""The forum's pages: categories, topics, posts, and what may be done with them."""

from . import answers, categories, category_management, contributions, drafts, live, posts, previews, topics
from .bp import bp

__all__ = [
    "answers",
    "bp",
    "categories",
    "category_management",
    "contributions",
    "drafts",
    "live",
    "posts",
    "previews",
    "topics",
]
