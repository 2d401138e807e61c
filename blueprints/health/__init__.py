"""Scores of customers: the list of accounts, each account, and the acts behind every figure. For staff only."""

from . import account, acts, alarm_notes, briefing, exports, views
from .bp import bp

__all__ = ["account", "acts", "alarm_notes", "bp", "briefing", "exports", "views"]
