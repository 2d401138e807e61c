"""The roof: the one module that knows every floor."""

import gc
import sys

from blueprints import ALL_BLUEPRINTS
from blueprints.realtime.sockets import start_sockets
from community.app import create_app
from community.config import ConfigError, read_config
from community.rooms import ROOMS

# gunicorn's own status of a worker that cannot boot: its master ends then, and does not start the next one for ever.
CANNOT_BOOT = 3

try:
    config = read_config()
    app = create_app(config, rooms=ROOMS, blueprints=ALL_BLUEPRINTS)
except ConfigError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(CANNOT_BOOT)
start_sockets(app, config)
celery = app.extensions["celery"]

# What is loaded by now stays. A full collection that looked at all of it again would hold up a request by a tenth of a
# second; it looks at what came later only.
gc.collect()
gc.freeze()
