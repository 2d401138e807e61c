"""The roof: the one module that knows every floor."""

import gc

from blueprints import ALL_BLUEPRINTS
from blueprints.realtime.sockets import start_sockets
from community.app import create_app
from community.config import Config

config = Config()
app = create_app(config, blueprints=ALL_BLUEPRINTS)
start_sockets(app, config)
celery = app.extensions["celery"]

# What is loaded by now stays. A full collection that looked at all of it again would hold up a request by a tenth of a
# second; it looks at what came later only.
gc.collect()
gc.freeze()
