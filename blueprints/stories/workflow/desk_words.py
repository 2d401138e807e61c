"""Sentences of the desk: whose turn it is and until when, why a story is hidden, and its whole way."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from blueprints.audit.sentences import sentence_for
from blueprints.audit.wording import names_in
from blueprints.times import date_and_time
from community.accounts.queries import list_members_by_id
from community.audit.queries import list_entries_of
from community.moderation.labels import REASONS
from community.moderation.queries import get_open_removal
from community.stories.audit_words import WORDS
from community.stories.labels import ROLES
from community.stories.workflow.desk import Awaited, Desk
from models.audit import AuditEntry
from models.base import today


class Told(NamedTuple):
    """One act of the story's way, as a sentence, and when it was."""

    sentence: Markup
    when: str


def sentence_of(desk: Desk) -> str:
    """Return the sentence that says what is missing, and until when."""
    if desk.is_hidden:
        return _("いまは運営が取り下げていて、だれにも出ていません。")
    said = _what_is_missing(desk)
    return said + _until(desk) if desk.turn or desk.awaited else said


def _what_is_missing(desk: Desk) -> str:  # noqa: PLR0911  one or two for each state
    who = _name(desk)
    match desk.state:
        case "draft":
            return _("いまは下書きです。書けたら、提出してください。") if desk.is_author else _("いまは下書きです。")
        case "review":
            return _("いまは、%(who)sが読んでいます。", who=who)
        case "changes_asked":
            return _("いまは、%(who)sの直しを待っています。", who=who)
        case "approval":
            return _say_awaited(desk.awaited)
        case "approved":
            return _("承認がそろいました。あとは%(who)sが公開するだけです。", who=who)
        case "published":
            if not desk.is_shown:
                return _("いまはどこにも出ていません。読んでよいという許諾がありません。")
            return _("公開しています（第%(n)s版）。", n=desk.published_version or 1)
        case "update_asked":
            if not desk.is_shown:
                return _("いまはどこにも出ていません。%(who)sが新しくしています。", who=who)
            return _("公開したまま、%(who)sが新しくしています。", who=who)
        case _:
            return _("取り下げました。どこにも出ていません。")


def _name(desk: Desk) -> str:
    if desk.is_mine:
        return _("あなた")
    return _("、").join(_("%(name)sさん", name=name) for name in desk.turn) if len(desk.turn) == 1 else _("担当者")


def _say_awaited(awaited: tuple[Awaited, ...]) -> str:
    if not awaited:
        return _("承認をお願いする方を、えらんでください。")
    names = _("、").join(
        _("%(title)s%(name)sさん（%(role)s）", title=f"{each.title} " if each.title else "", name=each.name,
          role=ROLES[each.role])  # pyright: ignore[reportArgumentType]  a StrEnum's value, as the column has it
        for each in awaited
    )  # fmt: skip
    if any(each.is_opened for each in awaited):
        return _("あとは、%(who)sの承認だけです。", who=names)
    return _("あとは、%(who)sの承認だけです。まだページを開いていません。", who=names)


def _until(desk: Desk) -> str:
    if desk.due_on is None:
        return ""
    left = (desk.due_on - today()).days
    if left < 0:
        return ngettext("期限を%(num)s日過ぎています。", "期限を%(num)s日過ぎています。", -left)
    if left == 0:
        return _("期限はきょうです。")
    return ngettext("期限まで、あと%(num)s日です。", "期限まで、あと%(num)s日です。", left)


def reason_of_hiding(story_id: int) -> str:
    """Return why moderators hide the story, with their note."""
    removal = get_open_removal("story", story_id)
    if removal is None:
        return ""
    return _("：").join(part for part in (str(REASONS[removal.reason]), removal.note) if part)


def tell_way(story_id: int, *, is_staff: bool) -> list[Told]:
    """Return the acts of the story's way from the log, the newest first.

    Customers read those of the way itself; staff also what others wrote down about the story. What was done in one
    press, and reads alike, is told once.
    """
    entries = [entry for entry in list_entries_of("story", story_id) if is_staff or entry.action in WORDS.sentences]
    actors = list_members_by_id({entry.actor_id for entry in entries if entry.actor_id is not None})
    known = names_in(entries)
    # The page is the story's own: no need to lead to it, nor to repeat its title.
    names = replace(known, phrases={("story", story_id): _("この事例")})
    asked_at = {_minute(entry) for entry in entries if entry.action == "stories.ask_approver"}
    told = (
        Told(sentence_for(entry, actors, names), date_and_time(entry.at))
        for entry in reversed(entries)
        # Asking the first approvers begins their step: one press, of which the other sentence says more.
        if entry.action != "stories.begin_approval" or _minute(entry) not in asked_at
    )
    return list(dict.fromkeys(told))


def _minute(entry: AuditEntry) -> datetime:
    return entry.at.replace(second=0, microsecond=0)
