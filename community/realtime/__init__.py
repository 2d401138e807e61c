"""Pushes to open pages that something changed: ids and versions, after the commit. A lost push does no harm.

realtime.push("topic:7", "topic", {"id": 7, "version": 12})
realtime.reauthorise("member:5")
"""

from .actions import bind, count_sockets, push, reauthorise
from .managers import make_manager

__all__ = ["bind", "count_sockets", "make_manager", "push", "reauthorise"]
