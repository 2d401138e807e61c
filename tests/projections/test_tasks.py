"""Order, reading, and what is stuck."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from celery import current_app

from community.ledger.actions import PROCESS_PENDING, record_signal
from community.ledger.queries import SequencedSignal
from community.mail import rules as mail_rules
from community.mail.actions import queue_mail
from community.mail.letters import Letter
from community.projections import actions, queries, rules, tasks
from models.base import db, now, transaction
from models.ledger import Signal, SignalKind, SignalSequence
from models.mail import Mail, NotificationMail
from models.projections import Projection, ProjectionLease, StuckSignal
from tests.cast import Cast


@dataclass
class Notebook:
    """A projector that notes what it was given, and fails on some subjects."""

    name: str = "notebook"
    poison: set[int] = field(default_factory=set)
    seen: list[int] = field(default_factory=list)

    def project(self, signals: Sequence[SequencedSignal], up_to: int) -> None:
        for signal in signals:
            if signal.subject_id in self.poison:
                msg = f"cannot digest {signal.subject_id}"
                raise ValueError(msg)
        self.seen += [signal.subject_id for signal in signals]

    def reset(self) -> None:
        self.seen.clear()

    def rows(self) -> set[Hashable]:
        return set(self.seen)


def act(cast: Cast, *subjects: int) -> None:
    with transaction():
        for subject in subjects:
            record_signal(SignalKind.MAIL_CLICKED, cast.owner, subject=("mailing", subject))


def places() -> list[tuple[int, int]]:
    rows = db.session.execute(
        sa.select(SignalSequence.seq, Signal.subject_id).join(Signal).order_by(SignalSequence.seq)
    )
    return [(seq, subject) for seq, subject in rows]


def position(name: str) -> int:
    projector = db.session.get(Projection, name)
    return projector.position if projector else 0


def test_signals_get_gapless_numbers_and_every_projection_processes_them(cast: Cast) -> None:
    one, two = Notebook("one"), Notebook("two")
    act(cast, 10, 11)
    tasks.process_pending((one, two))
    act(cast, 12)
    tasks.process_pending((one, two))
    assert places() == [(1, 10), (2, 11), (3, 12)]
    assert one.seen == two.seen == [10, 11, 12]
    assert queries.is_caught_up(("one", "two"))


def test_processing_again_reads_nothing_twice(cast: Cast) -> None:
    projector = Notebook()
    act(cast, 10)
    tasks.process_pending((projector,))
    tasks.process_pending((projector,))
    assert projector.seen == [10]


def test_a_poisoned_signal_stops_neither_the_others_nor_the_following(cast: Cast) -> None:
    poisoned, healthy = Notebook("poisoned", poison={13}), Notebook("healthy")
    act(cast, *range(10, 20))
    tasks.process_pending((poisoned, healthy))
    assert healthy.seen == list(range(10, 20))
    assert sorted(poisoned.seen) == [10, 11, 12, *range(14, 20)]
    assert position("poisoned") == 10
    [(stuck, signal)] = queries.list_stuck()
    assert (stuck.projection, signal.subject_id, stuck.error) == ("poisoned", 13, "ValueError: cannot digest 13")


def test_a_stuck_signal_waits_longer_each_time_and_is_processed_once_its_cause_is_mended(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    projector = Notebook(poison={13})
    act(cast, 13)
    tasks.process_pending((projector,))
    with transaction():
        actions.hurry_stuck(cast.administrator)
    tasks.process_pending((projector,))
    [(stuck, _)] = queries.list_stuck()
    assert stuck.tries == 2
    assert stuck.next_try > now() + rules.pause_after(1)
    projector.poison.clear()
    with transaction():
        actions.hurry_stuck(cast.administrator)
    tasks.process_pending((projector,))
    assert queries.list_stuck() == []
    assert projector.seen == [13]


def test_pauses_double_up_to_six_hours() -> None:
    assert [rules.pause_after(n) for n in (1, 2, 3)] == [timedelta(seconds=s) for s in (30, 60, 120)]
    assert rules.pause_after(1_000) == timedelta(hours=6)


def test_another_process_at_work_is_left_alone(cast: Cast) -> None:
    projector = Notebook()
    with transaction():
        db.session.add(ProjectionLease(id=1, holder="another", until=now() + rules.LEASE / 2))
    act(cast, 10)
    tasks.process_pending((projector,))
    assert projector.seen == []
    assert places() == []


def test_a_dead_process_lease_runs_out(cast: Cast) -> None:
    projector = Notebook()
    with transaction():
        db.session.add(ProjectionLease(id=1, holder="dead", until=now() - timedelta(seconds=1)))
    act(cast, 10)
    tasks.process_pending((projector,))
    assert projector.seen == [10]


def test_a_lease_without_holder_is_free_whatever_the_clock_says(cast: Cast) -> None:
    projector = Notebook()
    with transaction():
        db.session.add(ProjectionLease(id=1, holder="", until=now() + timedelta(hours=2)))
    act(cast, 10)
    tasks.process_pending((projector,))
    assert projector.seen == [10]


@pytest.mark.parametrize("back", [timedelta(seconds=20), timedelta(hours=2), timedelta(days=400)])
def test_a_clock_that_is_set_back_under_a_dead_process_stops_nothing(cast: Cast, back: timedelta) -> None:
    projector = Notebook()
    with transaction():
        db.session.add(ProjectionLease(id=1, holder="dead", until=now() + back))
    act(cast, 10)
    tasks.process_pending((projector,))
    assert projector.seen == [10]
    lease = db.session.get_one(ProjectionLease, 1)
    assert lease.until <= now()


@pytest.mark.parametrize("step", [timedelta(hours=-2), timedelta(hours=2), timedelta(days=-3)])
def test_a_clock_that_is_set_while_processing_neither_stops_nor_doubles(cast: Cast, step: timedelta) -> None:
    projector = Notebook()
    begun = now()
    with time_machine.travel(begun, tick=True) as clock:

        class Setting(Notebook):
            def project(self, signals: Sequence[SequencedSignal], up_to: int) -> None:
                super().project(signals, up_to)
                clock.move_to(now() + step)

        act(cast, 10)
        tasks.process_pending((Setting("setting"), projector))
        act(cast, 11)
        tasks.process_pending((Setting("setting"), projector))
    assert projector.seen == [10, 11]
    assert places() == [(1, 10), (2, 11)]


def test_a_process_that_was_overtaken_does_nothing_more(cast: Cast) -> None:
    """Stopped for a minute in mid-read, another one does all and gives the lease back; then it goes on."""
    other = Notebook("slow")

    class Slow(Notebook):
        def project(self, signals: Sequence[SequencedSignal], up_to: int) -> None:
            super().project(signals, up_to)
            db.session.execute(sa.update(ProjectionLease).values(holder="another"))
            db.session.flush()
            actions.release_lease("another")

    slow = Slow("slow")
    act(cast, 10)
    act(cast, 11)
    tasks.process_pending((slow, other))
    assert slow.seen == [10, 11]
    assert other.seen == []
    assert db.session.get_one(ProjectionLease, 1, populate_existing=True).holder == ""


def test_a_stopped_process_puts_nothing_aside_that_another_one_has_read(cast: Cast) -> None:
    """It was about to put 10 aside, and 10 is dealt with: the next in line is 11, which nobody has failed to read."""
    act(cast, 10, 11)
    stopped, projector = "stopped", Notebook(poison={10})
    with transaction():
        actions.acquire_lease(stopped)
        actions.sequence_signals()
    db.session.execute(sa.update(ProjectionLease).values(until=now()))  # its time is up
    tasks.process_pending((projector,))
    with pytest.raises(actions.LeaseHeldElsewhereError), transaction():
        actions.renew_lease(stopped)
    [(_, signal)] = queries.list_stuck()
    assert (signal.subject_id, projector.seen) == (10, [11])


def test_what_was_due_stays_due_when_the_clock_is_set_back(cast: Cast) -> None:
    """Mails, notices of mails and stuck signals; what waits for a working hour goes on waiting for it."""
    begun = now()
    with time_machine.travel(begun, tick=False) as clock:
        projector = Notebook(poison={13})
        act(cast, 13)
        tasks.process_pending((projector,))
        with transaction():
            due, tried, claimed, later = (_mail(cast, key) for key in ("due", "tried", "claimed", "later"))
            tried.tries, tried.next_try = 1, begun + timedelta(minutes=5)
            claimed.tries, claimed.next_try = 1, begun + mail_rules.CLAIM
            later.next_try = begun + timedelta(hours=20)
            act_id = db.session.scalars(sa.select(Signal.id)).one()
            notice = {"signal_id": act_id, "kind": "reply", "at": begun}
            db.session.add(NotificationMail(member_id=cast.owner.id, due_at=begun, **notice))
            db.session.add(NotificationMail(member_id=cast.colleague.id, due_at=begun + timedelta(hours=20), **notice))
        clock.move_to(begun - timedelta(hours=2))
        tasks.process_pending((projector,))
        back = now()
        assert [mail.next_try - back for mail in (due, tried, claimed) if mail.next_try] == [
            timedelta(),
            timedelta(minutes=5),
            mail_rules.CLAIM,
        ]
        assert later.next_try == begun + timedelta(hours=20)
        [(stuck, _)] = queries.list_stuck()
        assert stuck.next_try - back == rules.pause_after(1)
        notices = dict(db.session.execute(sa.select(NotificationMail.member_id, NotificationMail.due_at)).all())
        assert notices == {cast.owner.id: back, cast.colleague.id: begun + timedelta(hours=20)}
        tasks.process_pending((projector,))  # only once
        assert stuck.next_try - back == rules.pause_after(1)


def _mail(cast: Cast, key: str) -> Mail:
    return queue_mail("test", cast.owner.email, Letter(subject="件名", text="本文", html="<p>本文</p>"), event_key=key)


def test_a_rebuild_forgets_and_reads_everything_again(cast: Cast) -> None:
    projector = Notebook(poison={11})
    act(cast, 10, 11, 12)
    tasks.process_pending((projector,))
    projector.poison.clear()
    tasks.rebuild((projector,))
    assert projector.seen == [10, 11, 12]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StuckSignal)) == 0


def test_the_name_by_which_the_ledger_hurries_the_projections_is_a_task() -> None:
    assert PROCESS_PENDING in current_app.tasks


# --- within another transaction


def test_acts_and_what_follows_from_them_can_be_one_transaction(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = Notebook()
    monkeypatch.setattr(actions, "PROJECTORS", (notebook,))
    with transaction():
        for subject in (1, 2, 3):
            record_signal(SignalKind.SEMINAR_ATTENDED, cast.owner, subject=("webinar", subject))
        actions.process_pending_in_this_transaction()
    assert notebook.seen == [1, 2, 3]
    assert queries.is_caught_up(("notebook",))
    tasks.process_pending((notebook,))
    assert notebook.seen == [1, 2, 3], "the next process finds nothing left"


def test_there_a_signal_that_cannot_be_read_undoes_the_acts_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PROJECTORS", (Notebook(poison={2}),))

    def act() -> None:
        with transaction():
            for subject in (1, 2):
                record_signal(SignalKind.SEMINAR_ATTENDED, cast.owner, subject=("webinar", subject))
            actions.process_pending_in_this_transaction()

    with transaction():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Signal))
    with pytest.raises(ValueError, match="digest 2"):
        act()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Signal)) == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StuckSignal)) == 0
