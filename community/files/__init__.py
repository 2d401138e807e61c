"""Uploaded files below the data directory: pictures, re-encoded without metadata, and others, kept as they came."""
