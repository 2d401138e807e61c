"""The blueprint that this room's view modules hang their routes on."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
