"""What tests/realtime/test_bounded.py has gunicorn serve: the product's sockets, in front of an empty application."""

from flask import Flask

from blueprints.realtime.sockets import start_sockets
from community.config import Config

app = Flask(__name__)
app.secret_key = "a test's own"
start_sockets(app, Config())
