"""What an import calls an act may be an address: the ledger holds the id of a row that can be blanked."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from community.ledger import actions, source_keys
from community.ledger.actions import OutsideAct
from models.base import db, now
from models.ledger import Signal, SignalKind, SourceKey
from tests.cast import Cast

SUBJECT = ("mailing", 3)


def click(cast: Cast, key: str) -> Signal:
    return actions.record_signal(SignalKind.MAIL_CLICKED, cast.owner, subject=SUBJECT, source="csv", source_key=key)


def keys() -> list[str | None]:
    return list(db.session.scalars(sa.select(SourceKey.key).order_by(SourceKey.id)))


def test_the_ledger_holds_ids_of_keys_only(cast: Cast) -> None:
    typed = ["owner@example.jp", "青木 陽子.csv:12", "12", "saeki"]
    single = [click(cast, key).source_key for key in typed[:2]]
    acts = [OutsideAct(SignalKind.MAIL_CLICKED, cast.owner, now(), SUBJECT, key) for key in typed[2:]]
    actions.record_outside(acts, "csv")
    held = db.session.scalars(sa.select(Signal.source_key).order_by(Signal.id)).all()
    assert held[:2] == single
    assert all(key and key.isdecimal() for key in held)
    assert len(set(held)) == len(typed)
    assert keys() == typed


def test_a_key_is_a_row_of_its_own_for_each_source(cast: Cast) -> None:
    first = click(cast, "3:owner")
    other = actions.record_signal(
        SignalKind.MAIL_CLICKED, cast.owner, subject=SUBJECT, source="api", source_key="3:owner"
    )
    assert first.source_key != other.source_key
    assert keys() == ["3:owner", "3:owner"]
    assert source_keys.ids_of_keys("csv", ["3:owner"]) == {"3:owner": first.source_key}
    assert source_keys.ids_of_keys("api", ["3:owner"]) == {"3:owner": other.source_key}
    assert source_keys.ids_of_keys("csv", []) == {}


def test_erasing_one_persons_keys_lets_no_act_of_somebody_else_in_twice(cast: Cast) -> None:
    click(cast, "row 12")
    theirs = OutsideAct(SignalKind.MAIL_CLICKED, cast.stranger, now(), SUBJECT, "row 12")
    actions.record_outside([theirs], "api")
    assert source_keys.erase_keys_of(cast.owner.id) == 1
    with pytest.raises(IntegrityError), db.session.begin_nested():
        actions.record_outside([theirs], "api")


@pytest.mark.parametrize("written", ["{}:owner", "0{}", "x", "", " {}", "{}.0", "-{}", "99999999999999999999", "{}９"])
def test_what_is_no_id_of_a_key_erases_nothing_and_breaks_nothing(cast: Cast, written: str) -> None:
    """As a process of an older version writes it while an upgrade goes on."""
    theirs = actions.record_signal(
        SignalKind.MAIL_CLICKED, cast.stranger, subject=SUBJECT, source="csv", source_key="stranger@example.jp"
    )
    about = {"kind": SignalKind.MAIL_CLICKED, "member_id": cast.owner.id, "day": theirs.day, "source": "csv"}
    about |= {"subject_kind": SUBJECT[0], "subject_id": SUBJECT[1], "occurred_at": now()}
    db.session.execute(sa.insert(Signal).values(**about, source_key=written.format(theirs.source_key)))
    assert source_keys.erase_keys_of(cast.owner.id) == 0
    assert keys() == ["stranger@example.jp"]


def test_a_number_that_another_source_wrote_erases_nothing(cast: Cast) -> None:
    theirs = actions.record_signal(
        SignalKind.MAIL_CLICKED, cast.stranger, subject=SUBJECT, source="api", source_key="stranger@example.jp"
    )
    about = {"kind": SignalKind.MAIL_CLICKED, "member_id": cast.owner.id, "day": theirs.day, "source": "csv"}
    about |= {"subject_kind": SUBJECT[0], "subject_id": SUBJECT[1], "occurred_at": now()}
    db.session.execute(sa.insert(Signal).values(**about, source_key=theirs.source_key))
    assert source_keys.erase_keys_of(cast.owner.id) == 0
    assert keys() == ["stranger@example.jp"]


def test_more_keys_than_one_statement_takes_are_erased(cast: Cast) -> None:
    count = source_keys.CHUNK + 1
    acts = [OutsideAct(SignalKind.MAIL_CLICKED, cast.owner, now(), SUBJECT, f"w{n}") for n in range(count)]
    actions.record_outside(acts, "csv")
    assert source_keys.erase_keys_of(cast.owner.id) == count
    assert set(keys()) == {None}


def test_a_persons_keys_are_erased_and_their_acts_stay(cast: Cast) -> None:
    act = click(cast, "owner@example.jp")
    actions.record_signal(
        SignalKind.MAIL_CLICKED, cast.stranger, subject=SUBJECT, source="csv", source_key="stranger@example.jp"
    )
    click(cast, "青木")
    held = act.source_key
    assert source_keys.erase_keys_of(cast.owner.id) == 2
    assert source_keys.erase_keys_of(cast.owner.id) == 0
    assert sorted(keys(), key=str) == [None, None, "stranger@example.jp"]
    assert db.session.scalar(sa.select(Signal.source_key).where(Signal.id == act.id)) == held
