"""gunicorn's log without what its lines quote: a visitor's address, the address of a page that is a key."""

from typing import Any

from gunicorn.glogging import Logger

# What gunicorn's lines begin with (gunicorn/workers/base.py); tests/serving/test_worker.py has it write each of them.
UNREADABLE = "Invalid request from ip="
UNANSWERED = "Error handling request"


class PrivateLogger(Logger):
    """For `gunicorn --logger-class`."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  gunicorn's own
        """A request that could not be read: that there was one."""
        if msg.startswith(UNREADABLE):
            msg, args = "Invalid request", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  gunicorn's own
        """A request that could not be answered: the traceback says where."""
        if msg.startswith(UNANSWERED):
            msg, args = UNANSWERED, ()
        super().exception(msg, *args, **kwargs)
