"""What an import calls an act may be an address: the ledger holds the id of a row that can be blanked."""

import sqlalchemy as sa

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


def test_one_key_is_one_row_whatever_its_source(cast: Cast) -> None:
    first = click(cast, "3:owner")
    other = actions.record_signal(
        SignalKind.MAIL_CLICKED, cast.owner, subject=SUBJECT, source="api", source_key="3:owner"
    )
    assert (first.source_key, keys()) == (other.source_key, ["3:owner"])
    assert source_keys.ids_of_keys([]) == {}


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
