"""The blueprint that this room's view modules hang their routes on."""

from flask import Blueprint

bp = Blueprint("health", __name__)
