"""Load what the viewer wants to write to, or refuse with a sentence; the error page gives the text back."""

from typing import NoReturn

from flask_babel import gettext as _

from blueprints.access import RefusedError
from community.forums import queries, rules
from models.forums import Post, Topic

from .loaders import viewer


def find_topic_to_reply_to(topic_id: int) -> Topic:
    """Return the topic.

    Raises RefusedError if the viewer may not reply to it, or see it: then without saying that it exists.
    """
    topic = queries.get_topic(topic_id, seen_by=viewer())
    if topic is None:
        raise RefusedError(
            404, _("このトピックは取り下げられたか、いまのあなたには見えない場所にあるため、返信できませんでした。")
        )
    if not rules.can_reply(viewer(), topic):
        _refuse_reply(topic)
    return topic


def find_post_to_edit(post_id: int) -> Post:
    """Return the post with its topic. Raises RefusedError if the viewer may not change it."""
    post = queries.get_post(post_id, seen_by=viewer())
    if post is None:
        raise RefusedError(
            404, _("この投稿は取り下げられたか、いまのあなたには見えない場所にあるため、保存できませんでした。")
        )
    check_edit(post)
    return post


def check_edit(post: Post) -> None:
    """Raise RefusedError if the viewer may not change the post; to be called again when the post is locked."""
    if not rules.can_edit(viewer(), post):
        _refuse_edit(post)


def refuse_topic() -> NoReturn:
    """Raise RefusedError: there is no category in which the viewer may open a topic."""
    _refuse_after_contract()
    raise RefusedError(403, _("いまは、書き込めるカテゴリがありません。"))


def _refuse_reply(topic: Topic) -> NoReturn:
    _refuse_after_contract()
    if topic.hidden_at is not None:
        raise RefusedError(403, _("このトピックは取り下げられたため、返信できませんでした。"))
    raise RefusedError(403, _("このカテゴリには、いまは書き込めないため、返信できませんでした。"))


def _refuse_edit(post: Post) -> NoReturn:
    _refuse_after_contract()
    if post.author_id != viewer().member_id:
        raise RefusedError(403, _("ほかの方の投稿は、編集できません。"))
    if post.hidden_at is not None:
        raise RefusedError(403, _("この投稿は取り下げられたため、保存できませんでした。"))
    raise RefusedError(403, _("投稿してから%(n)d日を過ぎたため、編集できません。", n=rules.EDIT_DAYS))


def _refuse_after_contract() -> None:
    if viewer().member is not None and not viewer().takes_part:
        raise RefusedError(403, _("ご契約が終わったため、書き込みはできません。"))
