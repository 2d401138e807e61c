"""Webinars: planned, told by customers, attended, and what came of it."""
