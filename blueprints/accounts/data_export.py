"""The data export: a person's data as JSON for machines, CSV for spreadsheets, and the uploaded files as they are.

Each room hands over its files (`DataExport`; of the accounts: `EXPORT`); this module makes the page and the archive.
"""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints import limits
from blueprints.access import signed_in_member, signed_in_only
from blueprints.accounts.bp import bp
from blueprints.files.visibility import may_see
from blueprints.json_files import to_json
from blueprints.room import current_pages
from blueprints.room_parts import PICTURE_LISTS, DataExport, ExportSummary
from blueprints.throttling import requester
from community.accounts import queries
from community.extensions import limiter
from community.files import queries as files
from community.files.names import number_twins
from community.files.rules import EXTENSIONS
from community.tables import to_csv
from models.accounts import Member
from models.files import StoredFile

# Made while the person waits: text is small, and more files than this are better asked for.
MOST_FILE_BYTES = 200 * 1024 * 1024
# Kept in memory up to here, then in a file that is gone when it is sent.
IN_MEMORY = 8 * 1024 * 1024
PIECE = 64 * 1024


@bp.get("/me/data")
@signed_in_only
def show_data_export() -> ResponseReturnValue:
    """Show what the export contains."""
    member = signed_in_member()
    summaries = [export.summary(member) for export in current_pages().exports]
    kept, left, unseen = _select_files(member)
    named = sum(bool(file.name) for file in kept)
    return render_template(
        "accounts/data_export.html",
        contents=[
            *(line for summary in summaries for line in summary.contents),
            ngettext("画像 %(num)s枚", "画像 %(num)s枚", len(kept) - named),
            ngettext("そのほかのファイル %(num)s個", "そのほかのファイル %(num)s個", named),
        ],
        omissions=[*(line for summary in summaries for line in summary.omissions), *_tell_of_unseen(unseen)],
        left=len(left),
    )


@bp.get("/me/data.zip")
@limiter.limit(limits.DATA_EXPORTS_PER_MEMBER, key_func=requester)
@signed_in_only
def download_data_export() -> ResponseReturnValue:
    """Send one archive with the member's data, and with nothing of other people."""
    member = signed_in_member()
    # HEAD is answered without making the archive. An iterator, so that neither answer says its length.
    pieces = iter(()) if request.method == "HEAD" else _stream_archive(_write_archive(member))
    answer = Response(pieces, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f"attachment; filename={member.handle}.zip"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _write_archive(member: Member) -> "tempfile.SpooledTemporaryFile[bytes]":
    """Return the archive, open at its start."""
    archive = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed once it is sent
    kept, left, _unseen = _select_files(member)
    with ZipFile(archive, "w", ZIP_DEFLATED) as made:
        for export in current_pages().exports:
            for name, body in export.files(member):
                made.writestr(name, body)
        for name, body in _list_uploads(kept, left):
            made.writestr(name, body)
        for file, name in zip(kept, _name_files(kept), strict=True):
            # A file whose bytes have gone is no reason to keep the rest back.
            with suppress(FileNotFoundError):
                made.write(files.path_of(file), name, compress_type=ZIP_STORED)
    archive.seek(0)
    return archive


def _stream_archive(archive: "tempfile.SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    """Yield the archive in pieces and close it."""
    with archive:
        while piece := archive.read(PIECE):
            yield piece


def _list_uploads(kept: list[StoredFile], left: list[StoredFile]) -> Iterator[tuple[str, bytes]]:
    """Yield the lists of uploads as CSV: those in the archive, and those that do not fit."""
    heading = [_("ファイル"), _("大きさ（バイト）"), _("本文の中のアドレス")]
    for list_name, listed in zip(PICTURE_LISTS, (kept, left), strict=True):
        if listed or listed is kept:
            named = zip(listed, _name_files(listed), strict=True)
            yield list_name, to_csv(heading, [[name, file.size, f"/files/{file.key}"] for file, name in named]).body


def _select_files(member: Member) -> tuple[list[StoredFile], list[StoredFile], int]:
    """Return the newest uploads that fit into one archive, those that do not, and how many the member may not see."""
    kept: list[StoredFile] = []
    left: list[StoredFile] = []
    size = unseen = 0
    for file in files.list_files_of(member.id):
        if not may_see(member, file):
            unseen += 1
            continue
        size += file.size
        (kept if size <= MOST_FILE_BYTES else left).append(file)
    return kept, left, unseen


def _tell_of_unseen(count: int) -> list[str]:
    told = _("いまのあなたが見られない場所にある画像やファイルが%(n)s個あり、それは入りません。", n=count)
    return [told] if count else []


def _name_files(listed: list[StoredFile]) -> list[str]:
    """Return where each upload is in the archive: pictures under their keys, others under their own names."""
    names = iter(number_twins([file.name for file in listed if file.name]))
    return [
        f"files/{next(names)}" if file.name else f"pictures/{file.key}.{EXTENSIONS.get(file.media_type, 'bin')}"
        for file in listed
    ]


# --- what the accounts hand over


def _list_files(member: Member) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the archive with their names."""
    yield "profile.json", to_json(_describe_profile(member))


def _describe_profile(member: Member) -> dict[str, object]:
    memberships = queries.list_memberships(member.id)
    names = queries.list_account_names({m.account_id for m in memberships})
    return {
        "handle": member.handle,
        "email": member.email,
        "family_name": member.family_name,
        "given_name": member.given_name,
        "family_reading": member.family_reading,
        "given_reading": member.given_reading,
        "headline": member.headline,
        "bio": member.bio,
        "locale": member.locale,
        "time_zone": member.time_zone,
        "joined_at": member.created_at.isoformat(),
        "companies": [
            {
                "name": names[membership.account_id],
                "from_day": membership.from_day.isoformat(),
                "until_day": membership.until_day.isoformat() if membership.until_day else None,
            }
            for membership in memberships
        ],
    }


def _summarise_profile(member: Member) -> ExportSummary:
    """Return an empty summary: the page describes the profile by itself."""
    del member
    return ExportSummary()


EXPORT = DataExport(_list_files, _summarise_profile, ("profile.json",))
