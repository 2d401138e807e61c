"""Whom somebody can help: questions that wait for an answer, the best fit first."""

from blueprints.forums.finding import reader
from community.forums import listing
from community.forums.listing import TopicFilter, TopicRow
from models.accounts import Member

# Enough to find, among what waits for an answer, what fits the reader best.
QUESTIONS_LOOKED_AT = 20


def list_waiting(member: Member | None) -> list[TopicRow]:
    """Others' questions; those from the reader's own trade first, each part newest first."""
    rows = listing.list_topics(reader(), TopicFilter.UNANSWERED, limit=QUESTIONS_LOOKED_AT).rows
    if member is None:
        return rows
    others = [row for row in rows if row.author_id != member.id]
    return sorted(others, key=lambda row: not is_same_trade(row, member))


def is_same_trade(row: TopicRow, member: Member) -> bool:
    """Asked by somebody of another company that does the same as the reader's."""
    mine = member.account
    return (
        mine is not None
        and row.account is not None
        and row.account.id != mine.id
        and bool(mine.industry)
        and row.account.industry == mine.industry
    )
