"""Uploaded pictures: decoded, re-encoded without metadata, stored below the data directory."""
