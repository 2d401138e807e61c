"""Uploaded pictures: decoded, drawn anew without metadata, kept below the data directory."""
