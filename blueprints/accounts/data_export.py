"""A person takes along what is theirs: as JSON for machines, CSV for spreadsheets, and the pictures as they are.

What there is of each room the rooms hand over (`DataExport`); this module makes the page and the archive.
"""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints import limits
from blueprints.access import signed_in_member, signed_in_only
from blueprints.accounts.bp import bp
from blueprints.files.visibility import may_see
from blueprints.room import current_pages
from blueprints.throttling import requester
from community.extensions import limiter
from community.files import queries as files
from community.files.rules import EXTENSIONS
from community.tables import to_csv
from models.accounts import Member
from models.files import StoredImage

# Made while the person waits: text is small, and more pictures than this are better asked for.
MOST_PICTURE_BYTES = 200 * 1024 * 1024
# Kept in memory up to here, then in a file that is gone when it is sent.
IN_MEMORY = 8 * 1024 * 1024
PIECE = 64 * 1024


@bp.get("/me/data")
@signed_in_only
def show_data_export() -> ResponseReturnValue:
    """What there is to take along."""
    member = signed_in_member()
    summaries = [export.summary(member) for export in current_pages().exports]
    kept, left, unseen = _pictures(member)
    return render_template(
        "accounts/data_export.html",
        contents=[
            *(line for summary in summaries for line in summary.contents),
            ngettext("画像 %(num)s枚", "画像 %(num)s枚", len(kept)),
        ],
        omissions=[*(line for summary in summaries for line in summary.omissions), *_tell_of_unseen(unseen)],
        left=len(left),
    )


@bp.get("/me/data.zip")
@limiter.limit(limits.DATA_EXPORTS_PER_MEMBER, key_func=requester)
@signed_in_only
def download_data_export() -> ResponseReturnValue:
    """One archive; nothing of anybody else is in it."""
    member = signed_in_member()
    archive = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed once it is sent
    kept, left, _unseen = _pictures(member)
    with ZipFile(archive, "w", ZIP_DEFLATED) as made:
        for export in current_pages().exports:
            for name, body in export.files(member):
                made.writestr(name, body)
        for name, body in _lists_of_pictures(kept, left):
            made.writestr(name, body)
        for image in kept:
            # A picture whose file has gone is no reason to keep the rest back.
            with suppress(FileNotFoundError):
                made.write(files.path_of(image), f"pictures/{_name_of(image)}", compress_type=ZIP_STORED)
    archive.seek(0)
    answer = Response(_pieces(archive), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f"attachment; filename={member.handle}.zip"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _pieces(archive: "tempfile.SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    with archive:
        while piece := archive.read(PIECE):
            yield piece


def _lists_of_pictures(kept: list[StoredImage], left: list[StoredImage]) -> Iterator[tuple[str, bytes]]:
    heading = [_("ファイル"), _("大きさ（バイト）")]
    yield "pictures.csv", to_csv(heading, [[_name_of(image), image.size] for image in kept]).body
    if left:
        yield "pictures-left-out.csv", to_csv(heading, [[_name_of(image), image.size] for image in left]).body


def _pictures(member: Member) -> tuple[list[StoredImage], list[StoredImage], int]:
    """The newest that fit into one archive, those that do not, and how many the person may not see any more."""
    kept: list[StoredImage] = []
    left: list[StoredImage] = []
    size = unseen = 0
    for image in files.list_images_of(member.id):
        if not may_see(member, image):
            unseen += 1
            continue
        size += image.size
        (kept if size <= MOST_PICTURE_BYTES else left).append(image)
    return kept, left, unseen


def _tell_of_unseen(count: int) -> list[str]:
    told = _("いまのあなたが見られない場所にある画像が%(n)s枚あり、それは入りません。", n=count)
    return [told] if count else []


def _name_of(image: StoredImage) -> str:
    return f"{image.key}.{EXTENSIONS.get(image.media_type, 'bin')}"
