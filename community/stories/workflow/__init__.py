"""The way of a story from submission to publication, and the pages of those who work on it."""
