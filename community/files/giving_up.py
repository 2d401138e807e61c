"""Unattached files that are given up for new ones: the oldest that nobody needs."""

import math
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from community.room import Hold
from models.base import db
from models.files import StoredFile

from . import blob_store, holders
from .queries import LooseFile, folder, list_loose
from .rules import LOOSE_YOUNG, MAX_LOOSE, TOO_MANY_IN_DRAFTS, TooManyFilesError, say_wait_for_place


def choose_dispensable(owner_id: int, at: datetime) -> list[LooseFile]:
    """Return the files to give up for one more; none if there is room.

    First files that no draft names and that are not young, then those that only discarded drafts name. Raises
    TooManyFilesError if these are not enough.
    """
    loose = list_loose(owner_id)
    needed = len(loose) - MAX_LOOSE + 1
    if needed <= 0:
        return []
    if not holders.are_known():
        raise TooManyFilesError(TOO_MANY_IN_DRAFTS)
    held = holders.list_held([file.key for file in loose], [owner_id])
    unnamed = [file for file in loose if file.key not in held]
    # A time in the future is from before the clock was set back: not young.
    young = [file for file in unnamed if at - LOOSE_YOUNG < file.created_at <= at]
    given_up = [file for file in loose if held.get(file.key) == Hold.GIVEN_UP]
    chosen = [*(file for file in unnamed if file not in young), *given_up]
    if len(chosen) < needed:
        later = young[: needed - len(chosen)]
        if len(chosen) + len(later) < needed:
            raise TooManyFilesError(TOO_MANY_IN_DRAFTS)
        wait = later[-1].created_at + LOOSE_YOUNG - at
        raise TooManyFilesError(
            say_wait_for_place(math.ceil(wait / timedelta(minutes=1))), int(wait.total_seconds()) + 1
        )
    return chosen[:needed]


def give_up(files: Iterable[LooseFile]) -> list[Path]:
    """Give up these files. Return the files to remove after the commit.

    Their rows still count towards the daily limit, under keys that no file has; the sweep deletes them with the rest.
    """
    paths: list[Path] = []
    for file in files:
        done = db.session.execute(
            sa.update(StoredFile)
            .where(StoredFile.id == file.id, StoredFile.subject_kind.is_(None))
            .values(key=secrets.token_hex(blob_store.KEY_BYTES), size=0)
            .returning(StoredFile.id)
        )
        if done.all():
            paths.append(blob_store.path_of(folder(), file.key))
    return paths
