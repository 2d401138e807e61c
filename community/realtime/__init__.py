"""Pushes to open pages that something changed: ids and versions, after the commit. A lost push does no harm.

realtime.push("topic:7", "topic", {"id": 7, "version": 12})
realtime.rights_changed("member:5")
"""

from .actions import bind, count_sockets, push, rights_changed
from .managers import make_manager

__all__ = ["bind", "count_sockets", "make_manager", "push", "rights_changed"]
