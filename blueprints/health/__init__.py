"""Scores of customers: the list of accounts, each account, and the acts behind every figure. For staff only."""

from . import account, acts, exports, views
from .bp import bp

__all__ = ["account", "acts", "bp", "exports", "views"]
