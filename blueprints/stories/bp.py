"""The blueprint on which the view modules of stories register their routes."""

from flask import Blueprint

bp = Blueprint("stories", __name__, url_prefix="/stories")
