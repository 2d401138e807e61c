"""Collects everything that the account's page shows of a reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import format_date
from flask_babel import gettext as _

from blueprints.health import breakdown, words
from blueprints.health.account_alarms import OwnActs, find_own_acts
from blueprints.health.breakdown import Breakdown, PersonRow
from blueprints.health.figures import figure
from blueprints.health.history import History, Leaver, history
from community.accounts.names import MemberName, list_names
from community.health.account_history import AccountHistory, Reading, ScoreChange
from community.health.acts import ListedAct, list_acts
from community.health.explanation import Part
from community.health.ledger_acts import find_moved_acts
from community.health.presence import ACTIVE_DAYS, BandReason, People, people_behind, seen
from community.health.rules import Band, Health, health
from community.health.sentences import family_names, name_movers
from community.health.situations import today
from community.health.tenths import shown_change, tenths

DELTAS = (30, 90)
"""Days over which the change beside the score is given: those of the list, and a quarter."""


@dataclass(frozen=True)
class Remark:
    """A remark with a link to the acts that it is about (None: no link)."""

    text: str
    query: Mapping[str, str | int] | None = None


@dataclass(frozen=True)
class AccountReport:
    """One reading with all that the page shows of it."""

    reading: Reading
    band: str
    health: Health
    deltas: Sequence[tuple[int, float | None]]
    table: Breakdown
    history: History
    refs: Mapping[str, list[int]]
    persons: Sequence[PersonRow]
    """All with a share in the score; those who are there and active first on the page."""
    people: People
    cap_worth: float | None
    names: Mapping[int, MemberName]
    remarks: Sequence[Remark]
    own_acts: OwnActs | None
    held_by_leavers: int
    """Tenths of the score that people hold who are no longer there: the sum of their rows."""
    is_past: bool
    """Whether these are the figures of an earlier day: of a contract's last one, or the last with a member."""

    @property
    def near_cap(self) -> list[PersonRow]:
        """The people near the cap who are there: nothing can be done about those who left."""
        return [person for person in self.persons if person.near_cap and person.departure is None]

    @property
    def active(self) -> list[PersonRow]:
        """Members of today who have lately acted."""
        return [person for person in self.persons if person.is_active]

    @property
    def left(self) -> list[PersonRow]:
        """People who are with the company no more."""
        return [person for person in self.persons if person.departure is not None]

    @property
    def former(self) -> list[PersonRow]:
        """Members who have not acted for long."""
        return [person for person in self.persons if not person.is_active and person.departure is None]


def report_of(account_history: AccountHistory, reading: Reading, score_change: ScoreChange, span: int) -> AccountReport:
    """Return the report on a reading and on the change that led to it."""
    acts = list_acts(account_history, reading)
    standing = [act for act in acts if act.counts]
    day, terms, score = reading.standing.day, reading.situation.terms, reading.behavior.score
    since = score_change.before.standing.day if score_change.before else day
    roster, points = account_history.customers.rosters[account_history.account_id], reading.situation.points
    behind = people_behind(reading.behavior, points, day, terms, reading.standing.scale, roster)
    told_on = day if roster.empty_since(today()) is None else today()
    if told_on > day:  # everybody has left since, so that it has no reading any more
        behind = replace(behind, members=0, active=0, leavers_share=1.0, behavior_of_present=None)
        behind = replace(behind, band=Band.UNJUDGED, band_reason=BandReason.NOBODY)
    persons, cap_worth = breakdown.by_person(
        reading.behavior,
        terms.member_cap,
        _list_newcomers(standing, since),
        active=roster.present(told_on) & seen(points, day, ACTIVE_DAYS),
        departures=roster.departures(told_on),
    )
    names = list_names({act.ledger_act.member_id for act in acts} | _actors(score_change))
    drawn = history(account_history, reading, acts, _list_leavers(persons, family_names(names)), span, since)
    return AccountReport(
        reading=reading,
        band=words.PILLS[behind.band],
        people=behind,
        health=health({"behavior": score}, terms),
        deltas=[(days, _delta(account_history, reading, days)) for days in DELTAS],
        table=breakdown.by_kind(reading.behavior, score_change.change, standing),
        history=drawn,
        refs=breakdown.refs(drawn.events),
        persons=persons,
        cap_worth=cap_worth,
        names=names,
        remarks=_remarks(account_history, reading, score_change, len(acts) - len(standing), family_names(names)),
        own_acts=find_own_acts(points, day),
        held_by_leavers=sum(person.points for person in persons if person.departure),
        is_past=day < today(),
    )


def _list_leavers(persons: Sequence[PersonRow], names: Mapping[int, str]) -> list[Leaver]:
    """Return who left and still holds points, for the chart."""
    found = []
    for person in persons:
        if person.departure:
            who, went_on = name_movers([person.member_id], names), person.departure.account_id is not None
            found.append(Leaver(person.departure.day, person.exact, person.member_id, who, went_on))
    return found


def _actors(score_change: ScoreChange) -> set[int]:
    """Return all members whom the sentence may name."""
    why = score_change.why
    lost = {loss.member_id for loss in why.decline.losses if loss.member_id is not None}
    fading = {why.fading.member_id} if why.fading else set()
    return lost | fading | {member for cause in (*why.ups, *why.downs) for member in cause.members}


def _delta(account_history: AccountHistory, reading: Reading, days: int) -> float | None:
    """Return the change since the recorded score of so many days before, between the figures as shown."""
    then = account_history.written.get(reading.standing.day - timedelta(days=days))
    return None if then is None or then.behavior is None else shown_change(then.behavior, reading.behavior.score)


def _list_newcomers(standing: Sequence[ListedAct], since: date) -> frozenset[int]:
    """Return the members whose first act, of those that count, was after that day."""
    ledger_acts = [act.ledger_act for act in standing]
    earlier = {ledger_act.member_id for ledger_act in ledger_acts if ledger_act.day <= since}
    return frozenset({ledger_act.member_id for ledger_act in ledger_acts} - earlier)


def _remarks(
    account_history: AccountHistory,
    reading: Reading,
    score_change: ScoreChange,
    withdrawn: int,
    names: Mapping[int, str],
) -> list[Remark]:
    """Return what to know before quoting the figures; `withdrawn` is how many acts do not count."""
    went = find_moved_acts(account_history.acts, reading.standing.day, reading.read_to).went
    found = [*_withdrawn(withdrawn, went, names)]
    if score_change.before and score_change.after and score_change.change:
        days = (score_change.after.standing.day - score_change.before.standing.day).days
        late = sum(score_change.change.count_changes[Part.LATE].values())
        found += _late(late, score_change.moved.came, names, days)
        found += [
            _known_now(account_history, score_change.before),
            _other_terms(score_change.before, score_change.after),
        ]
    return [remark for remark in found if remark]


def _withdrawn(withdrawn: int, went: Mapping[int, int], names: Mapping[int, str]) -> list[Remark]:
    """Return the remarks about acts that do not count: withdrawn, or recorded for another company."""
    moved, query = sum(went.values()), {"state": "withdrawn"}
    found = []
    if withdrawn > moved:
        found.append(Remark(_("取り消された行動が%(n)s件あります。", n=withdrawn - moved), query))
    if moved:
        who = name_movers(went, names)
        found.append(Remark(_("%(who)sの行動%(n)s件が、ほかの会社に移りました。", who=who, n=moved), query))
    return found


def _late(late: int, came: Mapping[int, int], names: Mapping[int, str], days: int) -> list[Remark]:
    """Return the remarks about acts of days before, which the company has got since: late, or from another company."""
    moved = min(sum(came.values()), late)
    query, found = {"part": Part.LATE, "since": days}, []
    if late > moved:
        found.append(Remark(_("遅れて届いた記録が%(n)s件、この間に加わりました。", n=late - moved), query))
    if moved:
        who = name_movers(came, names)
        found.append(Remark(_("%(who)sの行動%(n)s件が、ほかの会社から移ってきました。", who=who, n=moved), query))
    return found


def _known_now(account_history: AccountHistory, before: Reading) -> Remark | None:
    """Return the remark that the earlier day would have another score by what is known today."""
    if not before.recorded or account_history.is_as_known_now(before):
        return None
    now = account_history.explain(before.standing.day, as_known_now=True)
    if now is None or tenths(now.behavior.score) == tenths(before.behavior.score):
        return None
    return Remark(
        _(
            "%(day)sは%(then)sと記録されています。いま分かっている行動で計算すると%(now)sです。",
            day=format_date(before.standing.day, "medium"),
            then=figure(before.behavior.score),
            now=figure(now.behavior.score),
        )
    )


def _other_terms(before: Reading, after: Reading) -> Remark | None:
    if before.standing.policy.version != after.standing.policy.version:
        versions = {"then": before.standing.policy.version, "now": after.standing.policy.version}
        return Remark(_("行動の点の決め方が、%(then)s版から%(now)s版に変わりました。", **versions))
    if before.standing.segment != after.standing.segment:
        names = {
            "then": words.segment_name(before.standing.segment),
            "now": words.segment_name(after.standing.segment),
        }
        return Remark(_("セグメントが%(then)sから%(now)sに変わり、ものさしも変わりました。", **names))
    return None
