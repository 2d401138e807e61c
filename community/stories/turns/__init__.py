"""Whose turn a story is, until when, and which act is possible."""
