"""The blueprint that this room's view modules hang their routes on, and the hooks of Flask-Login."""

from flask import Blueprint

from blueprints.signin.sign_in_page import ask_guest_to_sign_in
from community.extensions import login_manager
from community.signin import queries

bp = Blueprint("signin", __name__)

login_manager.user_loader(queries.get_member_by_session)
login_manager.unauthorized_handler(ask_guest_to_sign_in)
