"""The forum's pages: shelves, topics, replies, and what may be decided about them."""

from . import authorising, decisions, drawing, live, managing, posts, removals, resuming, shelves, topics, writing
from .bp import bp

bp.record_once(lambda state: drawing.furnish(state.app))

__all__ = [
    "authorising",
    "bp",
    "decisions",
    "drawing",
    "live",
    "managing",
    "posts",
    "removals",
    "resuming",
    "shelves",
    "topics",
    "writing",
]
