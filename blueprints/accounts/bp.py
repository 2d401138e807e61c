"""The blueprint that this room's view modules hang their routes on, and the loader of who is signed in."""

from flask import Blueprint

from community.extensions import login_manager
from community.signin import queries as signin_queries

bp = Blueprint("accounts", __name__)

login_manager.user_loader(signin_queries.get_member_by_session)
