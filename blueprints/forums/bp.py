"""The blueprint on which the forum's view modules register their routes."""

from flask import Blueprint

bp = Blueprint("forums", __name__, url_prefix="/forums")
