"""gunicorn's log without what its lines quote: visitors' addresses, and addresses that contain secrets."""

from typing import Any

from gunicorn.glogging import Logger

# The beginnings of gunicorn's lines (gunicorn/workers/base.py); tests/serving/test_worker.py produces each of them.
UNREADABLE = "Invalid request from ip="
UNANSWERED = "Error handling request"


class PrivateLogger(Logger):
    """For `gunicorn --logger-class`."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  gunicorn's own
        """Log that a request could not be parsed, without its address."""
        if msg.startswith(UNREADABLE):
            msg, args = "Invalid request", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  gunicorn's own
        """Log that a request could not be answered, without its path: the traceback says where."""
        if msg.startswith(UNANSWERED):
            msg, args = UNANSWERED, ()
        super().exception(msg, *args, **kwargs)
