"""The roof: the one module that knows every floor."""

from blueprints import ALL_BLUEPRINTS
from blueprints.realtime.sockets import start_sockets
from community.app import create_app
from community.config import Config

config = Config()
app = create_app(config, blueprints=ALL_BLUEPRINTS)
start_sockets(app, config)
celery = app.extensions["celery"]
