"""The acts behind one part of a change: what each act added or took away, for every figure of the table.

The steps are those of `explanation.change`, act by act instead of count by count.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date

from community.health.account_history import AccountHistory, Reading, ScoreChange
from community.health.acts import ListedAct, as_scorable_act, list_acts, newest_first
from community.health.explanation import Part, Situation, act_contributions


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
    earlier, later = _around(part, score_change.before, score_change.after, then, now)
    known = {act.ledger_act.id: act for act in (*then, *now)}
    changed = [
        act._replace(points=later.get(signal_id, 0.0) - earlier.get(signal_id, 0.0))
        for signal_id, act in known.items()
        if (kind is None or act.ledger_act.kind == kind)
        and (member_id is None or act.ledger_act.member_id == member_id)
    ]
    return newest_first([act for act in changed if act.points])


def _around(
    part: Part, before: Reading, after: Reading, then: Sequence[ListedAct], now: Sequence[ListedAct]
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the points by signal before and after the part's step."""
    old, day = before.situation, after.situation.day
    held = [act for act in now if act.ledger_act.seq <= before.read_to and act.ledger_act.day <= old.day]
    known_late = [act for act in now if act.ledger_act.day <= old.day]
    stages = [
        (then, old),
        (then, replace(old, day=day)),
        (held, replace(old, day=day)),
        (known_late, replace(old, day=day)),
        (now, replace(old, day=day)),
        (now, after.situation),
    ]
    step = list(Part).index(part)
    return _points_by_act(*stages[step]), _points_by_act(*stages[step + 1])


def _points_by_act(listed: Sequence[ListedAct], terms_of: Situation) -> dict[int, float]:
    """Return the points of each act that stands, under the situation's day, terms and scale."""
    acts = [as_scorable_act(act.ledger_act) for act in sorted(listed, key=lambda act: act.ledger_act.seq) if act.counts]
    objects: defaultdict[tuple[int, str, date], set[Hashable]] = defaultdict(set)
    for act in acts:
        objects[act.member_id, act.kind, act.day].add(act.object_key)
    counts = {grain: len(keys) for grain, keys in objects.items()}
    situation = replace(terms_of, counts=counts)
    return act_contributions(situation.behavior, acts, situation.day, situation.terms)
