"""The blueprint that this room's view modules hang their routes on, and the loader of who is signed in."""

from flask import Blueprint

from community.extensions import login_manager
from community.signin import queries

bp = Blueprint("signin", __name__)

login_manager.user_loader(queries.get_member_by_session)
