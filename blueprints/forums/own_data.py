"""The forum's part of a member's data export: posts, topics, reactions and drafts."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.json_files import to_json
from blueprints.room_parts import DataExport, ExportSummary
from community.forums import own_posts
from community.forums.pages import is_solved
from community.forums.queries import get_viewer, list_drafts
from community.forums.viewer import Viewer
from community.tables import Cell, to_csv
from models.accounts import Member
from models.forums import Draft, Post, Reaction


def list_files(member: Member) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the archive with their names."""
    viewer = get_viewer(member)
    posts = own_posts.list_own_posts(viewer)
    yield "posts.json", to_json([_post_record(viewer, post) for post in posts])
    yield "posts.csv", to_csv(_post_heading(), [_post_row(viewer, post) for post in posts]).body
    yield "topics.json", to_json([_topic_record(viewer, post) for post in posts if post.position == 1])
    yield (
        "reactions.json",
        to_json([_reaction_record(reaction, post) for reaction, post in own_posts.list_own_reactions(viewer)]),
    )
    yield "drafts.json", to_json([_draft_record(draft) for draft in list_drafts(member.id)])


def _summarise(member: Member) -> ExportSummary:
    viewer = get_viewer(member)
    posts = len(own_posts.list_own_posts(viewer))
    elsewhere = own_posts.count_own_posts(viewer) - posts
    omission = _(
        "いまのあなたが読めない場所にある投稿が%(n)s件あり、それは入りません。前の会社のカテゴリなどです。", n=elsewhere
    )
    return ExportSummary(
        contents=[ngettext("投稿 %(num)s件（JSONとCSV）", "投稿 %(num)s件（JSONとCSV）", posts)],
        omissions=[omission] if elsewhere else [],
    )


def _post_record(viewer: Viewer, post: Post) -> dict[str, object]:
    return {
        "id": post.id,
        "topic_id": post.topic_id,
        "topic": post.topic.title,
        "category": viewer.categories[post.topic.category_id].name,
        "address": _post_address(post),
        "written_at": post.created_at.isoformat(),
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "is_hidden": post.hidden_at is not None,
        "markdown": post.body,
    }


def _topic_record(viewer: Viewer, opening: Post) -> dict[str, object]:
    topic = opening.topic
    return {
        "id": topic.id,
        "title": topic.title,
        "kind": topic.kind,
        "category": viewer.categories[topic.category_id].name,
        "address": _post_address(opening),
        "opened_at": topic.created_at.isoformat(),
        "is_solved": is_solved(topic),
        "is_hidden": topic.hidden_at is not None,
    }


def _reaction_record(reaction: Reaction, post: Post) -> dict[str, object]:
    return {"kind": reaction.kind, "post": _post_address(post), "at": reaction.created_at.isoformat()}


def _draft_record(draft: Draft) -> dict[str, object]:
    return {
        "place": draft.place,
        "topic": draft.topic_title,
        "title": draft.title,
        "markdown": draft.body,
        "saved_at": draft.saved_at.isoformat(),
    }


def _post_heading() -> list[str]:
    return [_("番号"), _("題"), _("カテゴリ"), _("書いた日時"), _("アドレス"), _("本文")]


def _post_row(viewer: Viewer, post: Post) -> list[Cell]:
    category = viewer.categories[post.topic.category_id].name
    return [post.id, post.topic.title, category, post.created_at, _post_address(post), post.body]


def _post_address(post: Post) -> str:
    return url_for("forums.show_post", post_id=post.id, _external=True)


EXPORT = DataExport(list_files, _summarise, ("posts.json", "posts.csv", "topics.json", "reactions.json", "drafts.json"))
