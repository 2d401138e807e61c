"""The blueprint of the first pages."""

from flask import Blueprint

bp = Blueprint("home", __name__)
