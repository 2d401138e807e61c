"""Who could tell the next story, from what they did in the community. Nobody is contacted by it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from community.accounts import rules as accounts
from community.health.listing import AccountFilter, AccountRow, list_accounts
from community.health.rules import Band
from community.ledger.queries import effective_acts
from community.stories import rules
from models.accounts import Member
from models.base import day_at, db, is_among
from models.ledger import Signal, SignalKind
from models.stories import Story, StoryState

# Acts older than this say little about whom to ask now; and whoever told a story since then is left in peace.
A_YEAR = timedelta(days=365)
# What one act is worth: on a stage somebody has told a story already; an accepted answer shows that others understand.
WORTH: Mapping[SignalKind, float] = {
    SignalKind.TALK_GIVEN: 5.0,
    SignalKind.MEETUP_ORGANISED: 4.0,
    SignalKind.REFERENCE_DONE: 4.0,
    SignalKind.ANSWER_ACCEPTED: 3.0,
    SignalKind.ANSWER_ACCEPTED_INSIDE: 1.0,
}
# More of the same says no more.
MOST_COUNTED = 5
# What a company is worth whose behavior axis has risen by this many points in thirty days. It makes nobody a candidate.
RISE, WORTH_OF_RISE = 2.0, 3.0
# At least one talk, or two accepted answers.
LEAST_STRENGTH = 4.0
_UNDER_WAY = frozenset(StoryState) - {StoryState.PUBLISHED, StoryState.WITHDRAWN}


class Deed(NamedTuple):
    """What somebody did within a year, how often, and when last."""

    kind: SignalKind
    times: int
    last: date


@dataclass(frozen=True)
class Candidate:
    """Somebody who could tell a story, and why. `rise`: points by which their company's score rose in thirty days."""

    member_id: int
    handle: str
    name: str
    headline: str
    account_id: int
    company: str
    trade: str
    employees: int | None
    deeds: tuple[Deed, ...]
    rise: float | None
    strength: float


def list_candidates(today: date) -> list[Candidate]:
    """Return who could tell the next story, the strongest reasons first.

    Left out are people who are not of a customer or partner under contract today, who are suspended, who told a story
    within a year, took one back or are telling one, and all people of companies that are in danger or silent.
    """
    deeds = _list_deeds(today)
    scores = {row.account.id: row for row in list_accounts(AccountFilter(), today)}
    busy = _list_tellers(today)
    chosen = sa.select(Member).where(is_among(Member.id, {member_id for member_id, _ in deeds} - busy))
    found = [
        candidate
        for member in db.session.scalars(chosen)
        if (candidate := _make_candidate(member, deeds, scores, today)) is not None
    ]
    return sorted(found, key=lambda each: (-each.strength, each.name, each.member_id))


def _make_candidate(
    member: Member,
    deeds: Mapping[tuple[int, int], Sequence[Deed]],
    scores: Mapping[int, AccountRow],
    today: date,
) -> Candidate | None:
    account = member.account
    if account is None or accounts.is_staff(member) or not accounts.can_sign_in(member) or not rules.can_tell(member):
        return None
    # What was done for another company is no story of this one's.
    done = deeds.get((member.id, account.id), ())
    row = scores.get(account.id)
    strength = sum(WORTH[deed.kind] * min(deed.times, MOST_COUNTED) for deed in done)
    if strength < LEAST_STRENGTH or accounts.is_over(account, today) or (row is not None and _is_in_trouble(row)):
        return None
    rise = row.change if row is not None and row.change is not None and row.change >= RISE else None
    return Candidate(
        member_id=member.id,
        handle=member.handle,
        name=member.display_name,
        headline=member.headline,
        account_id=account.id,
        company=account.name,
        trade=account.industry,
        employees=account.employees,
        deeds=tuple(sorted(done, key=lambda deed: -WORTH[deed.kind] * min(deed.times, MOST_COUNTED))),
        rise=rise,
        strength=strength + (WORTH_OF_RISE if rise is not None else 0),
    )


def _is_in_trouble(row: AccountRow) -> bool:
    return row.band is Band.DANGER or (row.score is not None and row.score.silent)


def _list_deeds(today: date) -> Mapping[tuple[int, int], Sequence[Deed]]:
    """Return what people did within a year that speaks for them, by person and company. One query."""
    acts = effective_acts().where(
        Signal.kind.in_(WORTH), Signal.day > today - A_YEAR, Signal.day <= today, Signal.account_id.is_not(None)
    )
    counted = acts.with_only_columns(
        Signal.member_id, Signal.account_id, Signal.kind, sa.func.count(), sa.func.max(Signal.day)
    ).group_by(Signal.member_id, Signal.account_id, Signal.kind)
    deeds: dict[tuple[int, int], list[Deed]] = defaultdict(list)
    for member_id, account_id, kind, count, last in db.session.execute(counted):
        deeds[member_id, account_id or 0].append(Deed(SignalKind(kind), count, last))
    return deeds


def _list_tellers(today: date) -> set[int]:
    """Return the ids of everybody who told or withdrew a story within a year, or is telling one; co-authors too."""
    since = today - A_YEAR
    tellers = set[int]()
    for story in db.session.scalars(sa.select(Story).options(selectinload(Story.coauthors))):
        ended = [day_at(at) for at in (story.published_at, story.withdrawn_at) if at is not None]
        if story.state in _UNDER_WAY or max(ended, default=today) > since:
            tellers |= {story.author_id, *(each.member_id for each in story.coauthors)}
    return tellers
