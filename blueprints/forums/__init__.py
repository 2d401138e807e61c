"""The forum's pages: categories, topics, replies, and what may be decided about them."""

from . import categories, contributions, decisions, drafts, live, managing, posts, topics, writing
from .bp import bp

__all__ = [
    "bp",
    "categories",
    "contributions",
    "decisions",
    "drafts",
    "live",
    "managing",
    "posts",
    "topics",
    "writing",
]
