"""The acts behind one part of a change: what each act added or took away, for every figure of the table.

The steps are those of `explanation.change`, act by act instead of count by count.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from community.health.account_history import AccountHistory, Reading, ScoreChange
from community.health.acts import ListedAct, as_scorable_act, list_acts, newest_first
from community.health.attribution import points_per_strength
from community.health.explanation import NO_SHIFT, STEPS, Part, Situation, act_contributions, act_strengths
from community.health.rules import rolled_up


def list_acts_behind_change(
    account_history: AccountHistory,
    score_change: ScoreChange,
    part: Part,
    *,
    kind: str | None = None,
    member_id: int | None = None,
) -> list[ListedAct]:
    """Return the acts that a part of a change touched, newest first, with the points that the part added to each.

    They add up to the part's figure: of the whole score, of a kind or of a member. Acts whose points did not change are
    left out. Empty if one of the days has no reading.
    """
    if score_change.before is None or score_change.after is None:
        return []
    then = list_acts(account_history, score_change.before)
    now = list_acts(account_history, score_change.after)
    known = {act.ledger_act.id: act for act in (*then, *now)}
    members = {signal_id: act.ledger_act.member_id for signal_id, act in known.items()}
    points = _points_by_act(part, _sources(score_change.before, score_change.after, then, now), members)
    changed = [
        act._replace(points=points[signal_id])
        for signal_id, act in known.items()
        if points.get(signal_id)
        and (kind is None or act.ledger_act.kind == kind)
        and (member_id is None or act.ledger_act.member_id == member_id)
    ]
    return newest_first(changed)


@dataclass(frozen=True)
class _Stage:
    """The score between two steps, with each act's decayed points (strength) and its share in the score, by signal."""

    situation: Situation
    strengths: Mapping[int, float]
    shares: Mapping[int, float]


def _sources(
    before: Reading, after: Reading, then: Sequence[ListedAct], now: Sequence[ListedAct]
) -> list[tuple[Sequence[ListedAct], Situation]]:
    """Return the acts around the steps of the change, in their order, and how they are scored."""
    old = before.situation
    held = [act for act in now if act.ledger_act.seq <= before.read_to and act.ledger_act.day <= old.day]
    known_late = [act for act in now if act.ledger_act.day <= old.day]
    later = replace(old, day=after.situation.day)
    return [(then, old), (then, later), (held, later), (known_late, later), (now, later), (now, after.situation)]


def _stage(listed: Sequence[ListedAct], terms_of: Situation) -> _Stage:
    """Return the acts that stand, under the situation's day, terms and scale."""
    acts = [as_scorable_act(act.ledger_act) for act in sorted(listed, key=lambda act: act.ledger_act.seq) if act.counts]
    objects: defaultdict[tuple[int, str, date], set[Hashable]] = defaultdict(set)
    for act in acts:
        objects[act.member_id, act.kind, act.day].add(act.object_key)
    situation = replace(terms_of, counts={grain: len(keys) for grain, keys in objects.items()})
    day, terms = situation.day, situation.terms
    return _Stage(situation, act_strengths(acts, day, terms), act_contributions(situation.behavior, acts, day, terms))


def _points_by_act(
    part: Part, sources: Sequence[tuple[Sequence[ListedAct], Situation]], members: Mapping[int, int]
) -> dict[int, float]:
    """Return what the part changed of each act's points, by signal."""
    if part is not Part.SHARE:
        step = STEPS.index(part)
        then, now = (_stage(*source) for source in sources[step : step + 2])
        return _differences(then.shares, now.shares) if part is Part.POLICY else _own_points(then, now, members)
    shifts: list[tuple[int, float]] = []
    for then, now in pairwise([_stage(*source) for source in sources[: STEPS.index(Part.POLICY) + 1]]):
        shifts += _differences(then.shares, now.shares).items()
        shifts += ((signal_id, -points) for signal_id, points in _own_points(then, now, members).items())
    return {signal_id: points for signal_id, points in rolled_up(shifts).items() if abs(points) > NO_SHIFT}


def _own_points(then: _Stage, now: _Stage, members: Mapping[int, int]) -> dict[int, float]:
    """Return what the acts whose own strength changed in a step changed of the score."""
    terms, scale = then.situation.terms, then.situation.scale
    worth = points_per_strength(then.situation.behavior, now.situation.behavior, terms.member_cap, scale)
    changes = _differences(then.strengths, now.strengths)
    return {signal_id: worth[members[signal_id]] * moved for signal_id, moved in changes.items()}


def _differences(then: Mapping[int, float], now: Mapping[int, float]) -> dict[int, float]:
    return {key: now.get(key, 0.0) - then.get(key, 0.0) for key in {*then, *now}}
