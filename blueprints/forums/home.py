"""What the forum shows on the first page (questions that wait, solved ones, numbers) and to new members."""

from datetime import datetime, timedelta

from flask import abort, url_for
from flask_babel import gettext as _

from blueprints import times
from blueprints.room_parts import HomeCard, HomeRole, PreparedAct, Values, WelcomeAct
from blueprints.search_parts import NextStep
from community.accounts.labels import company_shown
from community.accounts.rules import can_take_part, is_member
from community.app.cached_urls import cached_url
from community.forums import answers, figures, listing, queries, rules
from community.forums.listing import TopicFilter, TopicRow
from models.accounts import Member
from models.base import now
from models.forums import ReactionKind

from .loaders import find_topic, viewer
from .view_models import page_url

# Enough of the unanswered questions to find some that fit the viewer.
QUESTIONS_LOOKED_AT = 20
QUESTIONS_SHOWN = 4
PULSE_DAYS = 7
SIGNED_IN = (HomeRole.MEMBER, HomeRole.STAFF)


def list_waiting(member: Member | None) -> list[TopicRow]:
    """Return others' questions without an answer, newest first, those from the member's own trade before all others."""
    rows = listing.list_topics(viewer(), TopicFilter.UNANSWERED, limit=QUESTIONS_LOOKED_AT).rows
    if member is None:
        return rows
    others = [row for row in rows if row.author_id != member.id]
    return sorted(others, key=lambda row: not is_same_trade(row, member))


def is_same_trade(row: TopicRow, member: Member) -> bool:
    """Return whether the asker belongs to another company of the same trade as the member's."""
    mine = member.account
    return (
        mine is not None
        and row.account is not None
        and row.account.id != mine.id
        and bool(mine.industry)
        and row.account.industry == mine.industry
    )


# --- the first page


def show_waiting(member: Member | None) -> Values:
    """Return the questions that wait for an answer; None for guests if there are none that they may read."""
    rows = list_waiting(member)[:QUESTIONS_SHOWN]
    if member is None and not rows:
        return None
    may_help = member is not None and is_member(member) and can_take_part(member)
    return {"questions": [_show_question(row, member) for row in rows], "may_help": may_help}


def show_solved(member: Member | None) -> Values:
    """Return the questions that were solved, those with the newest posts first."""
    solved = listing.list_topics(viewer(), TopicFilter.SOLVED, limit=QUESTIONS_SHOWN).rows
    return {"questions": [_show_question(row, member) for row in solved]}


def _show_question(row: TopicRow, member: Member | None) -> dict[str, object]:
    trade = member is not None and is_same_trade(row, member)
    return {
        "topic": row,
        "company": company_shown(row.account, member),
        "age": times.age(row.created_at),
        "href": cached_url("forums.show_topic", topic_id=row.id),
        "reason": _("同じ%(trade)sの方です", trade=row.account.industry) if trade and row.account else None,
    }


def describe_week() -> str:
    """Return what happened in the forum in the last seven days, in numbers."""
    counted = figures.count_since(viewer(), _week_ago())
    return _(
        "質問%(asked)s件・返信%(replies)s件・解決%(solved)s件",
        asked=counted.questions,
        replies=counted.replies,
        solved=counted.solved,
    )


def _week_ago() -> datetime:
    """Return a full hour seven days ago, so that all visitors within an hour get the same, cached numbers."""
    return now().replace(minute=0, second=0, microsecond=0) - timedelta(days=PULSE_DAYS)


HOME_CARDS = (
    HomeCard((HomeRole.GUEST,), 10, "forums/_home_solved_guest.html", show_solved),
    HomeCard((HomeRole.GUEST,), 20, "forums/_home_waiting_guest.html", show_waiting),
    HomeCard(SIGNED_IN, 10, "forums/_home_waiting.html", show_waiting),
    HomeCard(SIGNED_IN, 20, "forums/_home_solved.html", show_solved),
)


# --- what a new member is offered


def show_question_of_same_trade(member: Member) -> Values:
    """Return the newest unanswered question from the member's own trade; None if there is none."""
    fitting = [row for row in list_waiting(member) if is_same_trade(row, member)] if is_member(member) else []
    if not fitting:
        return None
    row = fitting[0]
    return {
        "topic": row,
        "company": company_shown(row.account, member),
        "age": times.age(row.created_at),
        "href": cached_url("forums.show_topic", topic_id=row.id),
        "trade": row.account.industry if row.account else "",
    }


def prepare_same(member: Member, topic_id: int) -> PreparedAct:
    """Prepare the reaction 「うちも同じ」 to the topic's opening. A second press changes nothing."""
    topic = find_topic(topic_id)
    opening = queries.get_opening(topic.id, seen_by=viewer())
    if opening is None or not rules.can_react(viewer(), opening):
        abort(403)
    return PreparedAct(
        act=lambda: answers.react(opening, opening.topic, member, ReactionKind.SAME),
        said=_("「うちも同じ」を伝えました。同じことで困っている方の力になります。"),
        address=page_url(topic_id, 1, f"post-{opening.id}"),
    )


def show_first_question(member: Member) -> Values:
    """Return the address of the form for a new question; None if the member may open no topic."""
    if not is_member(member) or not queries.writable_categories(viewer()):
        return None
    return {"href": url_for("forums.new_topic")}


# --- for the page without notifications


def suggest_questions() -> NextStep:
    """Return the step for a member without notifications: where to go, and what they will be notified of."""
    hint = _("質問に返信がついたとき、名前を呼ばれたとき、回答で解決したときに、ここに届きます。")
    return NextStep(url_for("forums.list_categories"), _("質問・相談を見る"), hint)


WELCOME_ACTS = (
    WelcomeAct("same", 10, "forums/_welcome_same.html", show_question_of_same_trade, prepare_same),
    WelcomeAct("ask", 20, "forums/_welcome_ask.html", show_first_question),
)
