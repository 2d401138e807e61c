"""The blueprint of this room's views."""

from flask import Blueprint

bp = Blueprint("health", __name__)
