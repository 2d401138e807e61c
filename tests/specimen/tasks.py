"""What the worker does for notes."""

from datetime import timedelta

import sqlalchemy as sa
from celery import shared_task

from models.base import db, now, transaction

from .models import Note

HIDDEN_KEPT = timedelta(days=365)


@shared_task(name="notes.forget_hidden")
def forget_hidden() -> None:
    """Delete what has been hidden for a year."""
    with transaction():
        db.session.execute(sa.delete(Note).where(Note.hidden_at < now() - HIDDEN_KEPT))
