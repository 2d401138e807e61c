"""Drafts: saves, figures, tags, who writes."""
