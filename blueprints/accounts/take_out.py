"""A person takes along what is theirs: as JSON for machines, CSV for spreadsheets, and the pictures as they are."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import signed_in_member, signed_in_only
from blueprints.accounts.bp import bp
from blueprints.files.visibility import may_see
from blueprints.throttling import requester
from community.accounts import queries
from community.extensions import limiter
from community.files import queries as files
from community.files.rules import EXTENSIONS
from community.forums import own
from community.forums.queries import get_reader, list_drafts
from community.forums.reader import Reader
from community.tables import Cell, to_csv
from models.accounts import Member, Membership
from models.files import StoredImage
from models.forums import Draft, Post, Reaction

# Made while the person waits: text is small, and more pictures than this are better asked for.
MOST_PICTURE_BYTES = 200 * 1024 * 1024
# Kept in memory up to here, then in a file that is gone when it is sent.
IN_MEMORY = 8 * 1024 * 1024
PIECE = 64 * 1024


@bp.get("/me/data")
@signed_in_only
def show_take_out() -> ResponseReturnValue:
    """What there is to take along."""
    member = signed_in_member()
    reader = get_reader(member)
    kept, left = _pictures(member)
    return render_template(
        "accounts/take_out.html",
        posts=len(own.list_own_posts(reader)),
        elsewhere=own.count_own_posts(reader) - len(own.list_own_posts(reader)),
        pictures=len(kept),
        left=len(left),
    )


@bp.get("/me/data.zip")
@limiter.limit(limits.TAKE_OUTS_PER_MEMBER, key_func=requester)
@signed_in_only
def take_out() -> ResponseReturnValue:
    """One archive; nothing of anybody else is in it."""
    member = signed_in_member()
    archive = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed once it is sent
    with ZipFile(archive, "w", ZIP_DEFLATED) as made:
        for name, body in _texts(member):
            made.writestr(name, body)
        for image in _pictures(member)[0]:
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


def _texts(member: Member) -> Iterator[tuple[str, bytes]]:
    reader = get_reader(member)
    posts = own.list_own_posts(reader)
    kept, left = _pictures(member)
    yield "profile.json", _json(_profile(member))
    yield "posts.json", _json([_post(reader, post) for post in posts])
    yield "posts.csv", to_csv(_heading(), [_row(reader, post) for post in posts]).body
    yield "topics.json", _json([_topic(reader, post) for post in posts if post.position == 1])
    yield "reactions.json", _json([_reaction(reaction, post) for reaction, post in own.list_own_reactions(reader)])
    yield "drafts.json", _json([_draft(draft) for draft in list_drafts(member.id)])
    yield "pictures.csv", to_csv([_("ファイル"), _("大きさ（バイト）")], [[_name_of(i), i.size] for i in kept]).body
    if left:
        names = [[_name_of(image), image.size] for image in left]
        yield "pictures-left-out.csv", to_csv([_("ファイル"), _("大きさ（バイト）")], names).body


def _pictures(member: Member) -> tuple[list[StoredImage], list[StoredImage]]:
    """The newest that fit into one archive, and those that do not."""
    kept: list[StoredImage] = []
    left: list[StoredImage] = []
    size = 0
    for image in files.list_images_of(member.id):
        if not may_see(member, image):
            continue
        size += image.size
        (kept if size <= MOST_PICTURE_BYTES else left).append(image)
    return kept, left


def _name_of(image: StoredImage) -> str:
    return f"{image.key}.{EXTENSIONS.get(image.media_type, 'bin')}"


def _profile(member: Member) -> dict[str, object]:
    names = {a.id: a.name for a in queries.list_accounts_by_id([m.account_id for m in _stays(member)]).values()}
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
                "name": names[stay.account_id],
                "from_day": stay.from_day.isoformat(),
                "until_day": stay.until_day.isoformat() if stay.until_day else None,
            }
            for stay in _stays(member)
        ],
    }


def _stays(member: Member) -> Sequence[Membership]:
    return queries.list_memberships(member.id)


def _post(reader: Reader, post: Post) -> dict[str, object]:
    return {
        "id": post.id,
        "topic_id": post.topic_id,
        "topic": post.topic.title,
        "category": reader.shelves[post.topic.category_id].name,
        "address": _address(post),
        "written_at": post.created_at.isoformat(),
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "is_hidden": post.hidden_at is not None,
        "markdown": post.body,
    }


def _topic(reader: Reader, opening: Post) -> dict[str, object]:
    topic = opening.topic
    return {
        "id": topic.id,
        "title": topic.title,
        "kind": topic.kind,
        "category": reader.shelves[topic.category_id].name,
        "address": _address(opening),
        "opened_at": topic.created_at.isoformat(),
        "is_solved": topic.accepted_post_id is not None,
        "is_hidden": topic.hidden_at is not None,
    }


def _reaction(reaction: Reaction, post: Post) -> dict[str, object]:
    return {"kind": reaction.kind, "post": _address(post), "at": reaction.created_at.isoformat()}


def _draft(draft: Draft) -> dict[str, object]:
    return {
        "place": draft.place,
        "topic": draft.topic_title,
        "title": draft.title,
        "markdown": draft.body,
        "saved_at": draft.saved_at.isoformat(),
    }


def _heading() -> list[str]:
    return [_("番号"), _("題"), _("カテゴリ"), _("書いた日時"), _("アドレス"), _("本文")]


def _row(reader: Reader, post: Post) -> list[Cell]:
    shelf = reader.shelves[post.topic.category_id].name
    return [post.id, post.topic.title, shelf, post.created_at, _address(post), post.body]


def _address(post: Post) -> str:
    return url_for("forums.show_post", post_id=post.id, _external=True)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
