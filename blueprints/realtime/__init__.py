"""Sockets: who may hear which channel.

A client connects to `/socket.io` (websocket only), emits `join` with `{"channels": ["topic:7", "member:5"]}` and gets
`{"joined": […], "refused": […]}` back; then events arrive: `topic` {id, version, …}, `notifications` {unread, version},
`account_scores` {versions}. `io server disconnect` means that rights have changed: connect again, join again.
"""

from flask import Blueprint

bp = Blueprint("realtime", __name__)

__all__ = ["bp"]
