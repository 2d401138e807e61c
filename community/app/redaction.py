"""Keeps the content of exceptions and task arguments out of log lines."""

from collections.abc import Iterator
from traceback import TracebackException

from structlog.typing import EventDict, ExcInfo


def describe(exc_info: ExcInfo) -> str:
    """Return the traceback with the types of its exceptions and without their messages.

    A message may quote anything: a search that could not be parsed, the row that exists already, the address that a
    mail server refused. Type and place tell where to look.
    """
    return "\n".join(_lines(TracebackException(*exc_info, capture_locals=False))).rstrip()


def _lines(error: TracebackException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "\nwhich led to:\n"
    yield "Traceback (most recent call last):"
    yield from (line.rstrip("\n") for line in error.stack.format())
    yield _type_of(error)
    for member in error.exceptions or ():  # of a group
        yield from _lines(member)


def _type_of(error: TracebackException) -> str:
    kind = error.exc_type
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def shorten_task_failure(logger: object, method: str, event: EventDict) -> EventDict:
    """Return the event; of Celery's line about a failed task only the task's name and id are kept.

    Celery's own line repeats the arguments and the exception.
    """
    del logger, method
    data = event.get("data")
    if isinstance(data, dict) and {"name", "args"} <= data.keys():
        del event["data"]
        event.pop("message", None)  # the same text, where another handler has formatted the record before
        event.update(event=f"task {data.get('description', 'failed')}", task=data["name"], task_id=data.get("id"))
    return event
