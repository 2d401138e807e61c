"""The first page, composed of the parts that rooms hand over."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from blueprints.access import current_member, public
from blueprints.notifications.view_models import list_views
from blueprints.page_cache import cached_for_guests, scopes_of_rooms
from blueprints.room import current_pages
from blueprints.room_parts import HomeRole, ShownPart
from community.accounts.rules import is_staff
from community.joining import welcomes
from models.accounts import Member
from models.base import now

from .bp import bp
from .greeting import greet

NEWS_SHOWN = 4


@bp.get("/")
@public
@cached_for_guests(scopes=scopes_of_rooms)
def show_home() -> ResponseReturnValue:
    """Show the first page: members see what is new, guests what the community is."""
    member = current_member()
    if member is None:
        return render_template("home/guest.html", cards=_list_cards(None), pulses=_list_pulses())
    news = list_views(member)
    return render_template(
        "home/home.html",
        greeting=greet(member, news),
        today=format_datetime(now(), _("M月d日（E）")),
        news=[item for item in news if item.is_new] or news[:NEWS_SHOWN],
        news_shown=NEWS_SHOWN,
        # Queried on a member's first visit only.
        welcome_waits=member.seen_at is None and welcomes.is_waiting(member),
        cards=_list_cards(member),
        pulses=_list_pulses(),
    )


def _list_cards(member: Member | None) -> list[ShownPart]:
    role = HomeRole.GUEST if member is None else HomeRole.STAFF if is_staff(member) else HomeRole.MEMBER
    return [
        ShownPart(card.template, values)
        for card in current_pages().home_cards
        if role in card.roles and (values := card.values(member)) is not None
    ]


def _list_pulses() -> list[str]:
    return [room.pulse() for room in current_pages().rooms if room.pulse is not None]
