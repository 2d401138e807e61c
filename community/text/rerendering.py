"""Rendering stored text anew after an upgrade of the dialect: what each room that stores HTML does for one text."""

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from .limits import BadTextError

logger = logging.getLogger(__name__)
Html = TypeVar("Html")


def render_anew(thing: str, thing_id: int, render: Callable[[], Html]) -> Html | None:
    """Return what `render` makes of a stored text; None, and a line in the log, if it keeps the HTML that it has.

    It does if the text would be refused now, or if rendering fails: a defect that shows in one text must not stop the
    others. Errors of the database are raised.
    """
    try:
        return render()
    except BadTextError as error:
        logger.warning("%s keeps its html", thing, extra={f"{thing}_id": thing_id, "reason": str(error)})
    except SQLAlchemyError:
        raise
    except Exception:
        logger.exception("%s keeps its html", thing, extra={f"{thing}_id": thing_id})
    return None
