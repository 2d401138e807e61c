"""The forum's pages: shelves, topics, replies, and what may be decided about them."""

from . import (
    authorising,
    contributions,
    decisions,
    drafts,
    live,
    managing,
    posts,
    removals,
    resuming,
    shelves,
    topics,
    writing,
)
from .bp import bp

__all__ = [
    "authorising",
    "bp",
    "contributions",
    "decisions",
    "drafts",
    "live",
    "managing",
    "posts",
    "removals",
    "resuming",
    "shelves",
    "topics",
    "writing",
]
