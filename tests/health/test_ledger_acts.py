"""Which acts moved with their member, as the ledger's causes tell."""

from datetime import UTC, date, datetime

import pytest

from community.health.ledger_acts import LedgerAct, MovedActs, Reversal, find_moved_acts
from models.ledger import SignalCause

DAY = date(2026, 10, 1)
NOW, THEN = 100, 50


def act(
    seq: int, *reversals: tuple[int, SignalCause], cause: SignalCause = SignalCause.ACT, post: int = 1
) -> LedgerAct:
    known = [Reversal(at, why, datetime(2026, 10, 2, tzinfo=UTC)) for at, why in reversals]
    return LedgerAct(seq, seq, 7, "reply_posted", DAY, "post", post, None, None, known, cause)


@pytest.mark.parametrize(
    ("reversals", "moved"),
    [
        ([(60, SignalCause.MOVED)], 1),
        ([(60, SignalCause.WITHDRAWN)], 0),
        ([(60, SignalCause.WITHDRAWN), (61, SignalCause.WITHDRAWN), (62, SignalCause.MOVED)], 1),
        ([(60, SignalCause.WITHDRAWN), (61, SignalCause.MOVED), (62, SignalCause.MOVED)], 0),
        ([(NOW + 1, SignalCause.MOVED)], 0),
    ],
)
def test_an_act_went_if_it_counted_until_it_moved(reversals: list[tuple[int, SignalCause]], moved: int) -> None:
    assert sum(find_moved_acts([act(1, *reversals)], DAY, NOW).went.values()) == moved


def test_acts_that_came_are_those_recorded_anew_since() -> None:
    acts = [act(10, cause=SignalCause.MOVED), act(60, cause=SignalCause.MOVED, post=2), act(61, post=3)]
    assert find_moved_acts(acts, DAY, NOW, THEN) == MovedActs(came={7: 1})
    assert find_moved_acts(acts, DAY, NOW) == MovedActs(came={7: 2})
    assert find_moved_acts(acts, date(2026, 9, 30), NOW) == MovedActs()


def test_what_went_before_is_no_change_since() -> None:
    assert find_moved_acts([act(1, (40, SignalCause.MOVED))], DAY, NOW, THEN) == MovedActs()


def test_an_act_recorded_anew_for_the_same_company_neither_came_nor_went() -> None:
    acts = [act(1, (60, SignalCause.MOVED)), act(61, cause=SignalCause.MOVED)]
    assert find_moved_acts(acts, DAY, NOW, THEN) == MovedActs()
