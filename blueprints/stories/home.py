"""What stories show on the first page: one story, with the reason why this one."""

from flask_babel import gettext as _

from blueprints.room_parts import HomeCard, HomeRole, Values
from community.stories.reading.cards import Card, list_cards
from community.stories.reading.nearness import Reason, reasons_of, sort_by_nearness
from community.stories.reading.reader import Company
from community.stories.versions.staleness import has_only_stale, stale_months
from models.accounts import Member

from .reading.drawing import show_card
from .reading.loaders import reader


def show_one_story(member: Member | None) -> Values:
    """Return the newest story that is near to the member's company; without one, the newest. None if there is none."""
    who, months = reader(), stale_months()
    own_company = member.account.id if member is not None and member.account is not None else None
    others = [
        card
        for card in list_cards(who).values()
        if not has_only_stale(card.figures, who.day, months)
        and (card.account_id is None or card.account_id != own_company)
    ]
    if not others:
        return None
    card, reasons = _choose(others, who.company)
    view = show_card(card, who.day, months, reasons)
    return {"story": view, "reason": view.reason or _("いちばん新しい事例です")}


def _choose(cards: list[Card], near: Company) -> tuple[Card, tuple[Reason, ...]]:
    """Return the nearest card and why; the newest without a reason if no other has more than its size in common."""
    nearest = sort_by_nearness(cards, near)[0]
    reasons = reasons_of(nearest, near)
    return (nearest, reasons) if Reason.TRADE in reasons else (cards[0], ())


HOME_CARDS = (
    HomeCard((HomeRole.GUEST,), 15, "stories/_home.html", show_one_story),
    HomeCard((HomeRole.MEMBER,), 30, "stories/_home.html", show_one_story),
)
