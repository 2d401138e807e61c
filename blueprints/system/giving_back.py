"""Gives texts back to their writer with an error: on the page, for copying, and as a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from flask import request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from blueprints import saved_forms
from blueprints.access import current_member
from blueprints.saved_forms import TypedText
from community.app.security import SAFE_METHODS, ForeignOriginError
from models.base import db, transaction

logger = structlog.get_logger(__name__)

# More than title, body and choices of a form need.
BEGINNING_BYTES = 512 * 1024


@dataclass(frozen=True)
class GivenBack:
    """The texts of a refused form.

    `page`: where they were kept, None if nowhere; `list_url`: the page of all such texts.
    """

    texts: list[TypedText] = field(default_factory=list)
    page: str | None = None
    list_url: str = ""


def give_back(error: Exception) -> GivenBack:
    """Return the texts of the failed request, after keeping them if a room keeps such texts."""
    if request.method in SAFE_METHODS or isinstance(error, ForeignOriginError):
        return GivenBack()
    texts = saved_forms.list_texts(sent_form())
    # Without its token, a form may not be its sender's; and an error of ours may be caused by the very text.
    is_trusted = isinstance(error, HTTPException) and not isinstance(error, CSRFError)
    is_kept = texts and is_trusted and "form" in vars(request) and saved_forms.can_put_aside(request.path)
    page = keep_text() if is_kept else None
    return GivenBack(texts, page, saved_forms.list_url(request.path) if page else "")


def sent_form() -> Mapping[str, str]:
    """Return the form as far as it can be read. A page that answers an error reads it first, whatever the error was.

    Raises nothing, even if the form is too large or incomplete: that would be a second error.
    """
    try:
        return request.form
    except RequestEntityTooLarge:
        return _read_beginning()
    except HTTPException:
        return {}


def _read_beginning() -> dict[str, str]:
    """Return the fields before the files of a form that is too large to be read; in our forms, texts come first."""
    boundary = request.mimetype_params.get("boundary")
    if not boundary or "stream" in vars(request):  # no form with files; or its beginning has been read and is gone
        return {}
    request.max_content_length = request.content_length  # None would mean the one of the configuration
    decoder = MultipartDecoder(boundary.encode(), max_form_memory_size=BEGINNING_BYTES)
    decoder.receive_data(request.stream.read(BEGINNING_BYTES))
    fields: dict[str, bytearray] = {}
    name = ""
    try:
        while not isinstance(event := decoder.next_event(), NeedData | File | Epilogue):
            if isinstance(event, Field):
                name = event.name or ""
            elif isinstance(event, Data):
                fields.setdefault(name, bytearray()).extend(event.data)
    except ValueError:  # no form of ours; UnicodeDecodeError is one as well
        return {}
    return {name: typed.decode(errors="replace") for name, typed in fields.items()}


def keep_text() -> str | None:
    """Let the room keep what was sent. Return the path of the page that shows it; None if it was not kept."""
    member = current_member()
    if member is None:
        return None
    try:
        with transaction():
            return saved_forms.put_back(member, request.path, saved_forms.typed_in(request.form))
    except SQLAlchemyError as error:  # what no column can hold is still shown
        db.session.rollback()
        logger.warning("not kept", endpoint=request.endpoint, error=type(error).__name__)
        return None
