"""Versioned addresses of static files: browsers may keep a file for a year, since another content has another one."""

import hashlib
from base64 import urlsafe_b64encode
from functools import lru_cache
from pathlib import Path

from flask import current_app, request

from community.config import ROOT, Config

# Thirty bits tell the few contents apart that a file ever has; a topic's page has a hundred of these addresses.
VERSION_LENGTH = 5


def static_url(filename: str) -> str:
    """Return the address of a file below static/, with a version that follows the file's content.

    Files are hashed once per process; in development once per change.
    """
    config: Config = current_app.config["TSUDOI"]
    path = ROOT / "static" / filename if config.environment == "development" else None
    version = _version(filename, path.stat().st_mtime_ns if path else 0)
    return f"{request.root_path.rstrip('/')}{current_app.static_url_path}/{filename}?v={version}"


@lru_cache(maxsize=512)
def _version(filename: str, changed: int) -> str:
    del changed  # part of the key, so that an edited file gets a new version without a restart
    path: Path = ROOT / "static" / filename
    return urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest())[:VERSION_LENGTH].decode()
