"""The blueprint that the first pages hang on."""

from flask import Blueprint

bp = Blueprint("home", __name__)
