"""Moderation: what is hidden, why, and how it comes back. Works on the Moderated mixin, not on posts."""
