"""One page, composed of the rooms' own queries."""

from datetime import datetime, timedelta

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from blueprints import times
from blueprints.access import current_member, public
from blueprints.forums.finding import reader
from blueprints.notifications.presenting import list_views
from blueprints.page_cache import cached_for_guests, scopes_of_rooms
from community.accounts.labels import company_shown
from community.accounts.rules import can_take_part, is_member
from community.forums import figures, listing
from community.forums.listing import TopicFilter, TopicRow
from community.joining import welcomes
from models.accounts import Member
from models.base import now

from .bp import bp
from .greeting import greet
from .helping import is_same_trade, list_waiting

NEWS_SHOWN = 4
QUESTIONS_SHOWN = 4
PULSE_DAYS = 7


@bp.get("/")
@public
@cached_for_guests(scopes=scopes_of_rooms)
def show_home() -> ResponseReturnValue:
    """The page one comes back to; a guest sees what the place is."""
    member = current_member()
    if member is None:
        return render_template("home/guest.html", **_for_everybody(None))
    news = list_views(member)
    return render_template(
        "home/home.html",
        greeting=greet(member, news),
        today=format_datetime(now(), _("M月d日（E）")),
        news=[item for item in news if item.is_new] or news[:NEWS_SHOWN],
        news_shown=NEWS_SHOWN,
        # Asked of those only who have not been here before.
        welcome_waits=member.seen_at is None and welcomes.is_waiting(member),
        **_for_everybody(member),
    )


def _for_everybody(member: Member | None) -> dict[str, object]:
    solved = listing.list_topics(reader(), TopicFilter.SOLVED, limit=QUESTIONS_SHOWN).rows
    return {
        "waiting": [_shown(row, member) for row in list_waiting(member)[:QUESTIONS_SHOWN]],
        "solved": [_shown(row, member) for row in solved],
        "pulse": figures.count_since(reader(), _week_ago()),
        "may_help": member is not None and is_member(member) and can_take_part(member),
    }


def _week_ago() -> datetime:
    """From a full hour on, so that the number is the same for everybody who comes within it."""
    return now().replace(minute=0, second=0, microsecond=0) - timedelta(days=PULSE_DAYS)


def _shown(row: TopicRow, member: Member | None) -> dict[str, object]:
    trade = member is not None and is_same_trade(row, member)
    return {
        "topic": row,
        "company": company_shown(row.account, member),
        "age": times.age(row.created_at),
        "href": url_for("forums.show_topic", topic_id=row.id),
        "reason": _("同じ%(trade)sの方です", trade=row.account.industry) if trade and row.account else None,
    }
