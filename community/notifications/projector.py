"""The projection `notifications`: whom each act notifies of what, recomputed whenever a signal touches the act.

A notification depends on the act, the dated watches, the mentions and the periods in which rooms had its kind, and on
no earlier notification, so a rebuild gives the same rows. What a member has read is kept in rows of its own and
survives a rebuild, as do notices.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from community.ledger.queries import SequencedSignal, effective_acts, first_recorded, sequences_of
from community.room import Act, NotificationKind, current_rooms
from models.base import db, is_among, now
from models.ledger import Signal, SignalSequence
from models.notifications import Mention, Notification, NotificationRead, Watch
from models.projections import Projection

from .bell import push_unread
from .kind_periods import list_kind_periods, note_kinds
from .mails import replace_mails_of_acts
from .rules import existed_at, is_news, naming_signals, notifying_signals, recipients_of, was_watching

name = "notifications"


def project(signals: Sequence[SequencedSignal], up_to: int) -> None:
    """Recompute the notifications of the acts that these signals touch, as the ledger stands at `up_to`."""
    _note_kinds()
    notifying = notifying_signals(_kinds())
    recompute({signal.root_id or signal.id for signal in signals if signal.kind in notifying}, up_to)


def reset() -> None:
    """Delete all notifications of acts; marks of what was read and notices stay."""
    _note_kinds()  # before the position is lost
    db.session.execute(sa.delete(Notification))


def rows() -> set[Hashable]:
    """Return the projection's rows of kinds that a room has, to compare them with those of a rebuild."""
    kept = sa.select(Notification.member_id, Notification.signal_id, Notification.kind, Notification.by_id)
    of_rooms = kept.where(Notification.kind.in_(current_rooms().notification_kinds))
    return {tuple(row) for row in db.session.execute(of_rooms)}


def recompute(act_ids: Collection[int], up_to: int) -> None:
    """Overwrite the notifications of these acts, and push the bells that change."""
    if not act_ids:
        return
    acts = _list_acts(act_ids, up_to)
    firsts = first_recorded({act.moved_from_id for act in acts if act.moved_from_id is not None})
    wanted = {(row["member_id"], row["signal_id"]): row for row in _rows_of_acts(acts, firsts)}
    had = {
        (member_id, signal_id): kind
        for member_id, signal_id, kind in db.session.execute(
            sa.select(Notification.member_id, Notification.signal_id, Notification.kind).where(
                is_among(Notification.signal_id, act_ids)
            )
        )
    }
    changed = {key for key in wanted.keys() | had.keys() if key not in wanted or had.get(key) != wanted[key]["kind"]}
    if not changed:
        return
    touched = {signal_id for _, signal_id in changed}
    db.session.execute(sa.delete(Notification).where(Notification.signal_id.in_(touched)))
    rows = [row for (_, signal_id), row in wanted.items() if signal_id in touched]
    if rows:
        db.session.execute(sa.insert(Notification), rows)
        _carry_read_marks_over(acts)
    # A mail belongs to the act's first record, so that an act recorded anew neither loses its mail nor gets a second.
    news = {
        act.id: act.moved_from_id or act.id
        for act in acts
        if is_news(act, now(), recorded_at=firsts.get(act.moved_from_id or 0))
    }
    mailed = [{**row, "signal_id": news[row["signal_id"]]} for row in rows if row["signal_id"] in news]
    replace_mails_of_acts(touched, mailed, up_to)
    push_unread({member_id for member_id, _ in changed})


def catch_up(subject: tuple[str, int]) -> None:
    """Recompute the acts on the subject: an edit has mentioned somebody after the acts were projected.

    The projection's row is locked first. So either an act has been projected and is recomputed here, or it has not and
    its projection will find the new mentions.
    """
    kind, subject_id = subject
    act_ids = set(
        db.session.scalars(
            sa.select(Signal.id).where(
                Signal.subject_kind == kind,
                Signal.subject_id == subject_id,
                Signal.kind.in_(naming_signals(_kinds())),
                Signal.root_id.is_(None),
            )
        )
    )
    if not act_ids:
        return
    projection = db.session.get(Projection, name, with_for_update=True, populate_existing=True)
    if projection is None:
        return
    known = sa.select(SignalSequence.signal_id).where(
        SignalSequence.signal_id.in_(act_ids), SignalSequence.seq <= projection.position
    )
    recompute(set(db.session.scalars(known)), projection.position)


def _kinds() -> tuple[NotificationKind, ...]:
    """Return all kinds of notifications, the most personal first."""
    return tuple(current_rooms().notification_kinds.values())


def _note_kinds() -> None:
    projection = db.session.get(Projection, name)
    note_kinds([kind.name for kind in _kinds() if kind.source], projection.position if projection else 0)


def _list_acts(act_ids: Collection[int], up_to: int) -> list[Act]:
    columns = (getattr(Signal, name) for name in Act._fields)
    chosen = effective_acts(up_to).with_only_columns(*columns, maintain_column_froms=True)
    return [Act(*row) for row in db.session.execute(chosen.where(is_among(Signal.id, act_ids)))]


def _rows_of_acts(acts: Sequence[Act], firsts: Mapping[int, datetime]) -> Iterable[dict[str, Any]]:
    kinds, periods = _kinds(), list_kind_periods()
    sequences = sequences_of({act.moved_from_id or act.id for act in acts})
    naming = naming_signals(kinds)
    watches = _watches(act.place for act in acts)
    mentions = _mentions(act.subject for act in acts if act.kind in naming)
    for act in acts:
        recorded = act.recorded_at if act.moved_from_id is None else firsts[act.moved_from_id]
        watchers = [
            w.member_id for w in watches.get(act.place, ()) if was_watching(w, act.moved_from_id or act.id, recorded)
        ]
        named = mentions.get(act.subject, ())
        seq = sequences[act.moved_from_id or act.id]
        existing = [kind for kind in kinds if existed_at(seq, periods.get(kind.name, ()))]
        recipients = recipients_of(act, existing, watchers, named)
        for member_id in sorted(recipients):
            kind, actor_id = recipients[member_id]
            yield {
                "member_id": member_id,
                "signal_id": act.id,
                "kind": kind.name,
                "by_id": actor_id,
                "subject_kind": act.subject_kind,
                "subject_id": act.subject_id,
                "parent_kind": act.parent_kind,
                "parent_id": act.parent_id,
                "at": act.occurred_at,
            }


def _carry_read_marks_over(acts: Sequence[Act]) -> None:
    """Mark reassigned acts read for those who had read of the act under its former company."""
    for act in acts:
        if act.moved_from_id is None:
            continue
        earlier = sa.select(Signal.id).where(
            sa.or_(Signal.id == act.moved_from_id, Signal.moved_from_id == act.moved_from_id), Signal.id != act.id
        )
        marked = sa.select(NotificationRead.member_id, sa.literal(act.id), sa.func.min(NotificationRead.at)).where(
            NotificationRead.signal_id.in_(earlier),
            NotificationRead.member_id.not_in(
                sa.select(NotificationRead.member_id).where(NotificationRead.signal_id == act.id)
            ),
        )
        db.session.execute(
            sa.insert(NotificationRead).from_select(
                ["member_id", "signal_id", "at"], marked.group_by(NotificationRead.member_id)
            )
        )


def _watches(places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[Watch]]:
    found: dict[tuple[str, int], list[Watch]] = {}
    for watch in db.session.scalars(sa.select(Watch).where(_is_any_of(Watch, places)).order_by(Watch.id)):
        found.setdefault((watch.subject_kind, watch.subject_id), []).append(watch)
    return found


def _mentions(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = {}
    for mention in db.session.scalars(sa.select(Mention).where(_is_any_of(Mention, subjects))):
        found.setdefault((mention.subject_kind, mention.subject_id), []).append(mention.member_id)
    return found


def _is_any_of(model: type[Watch | Mention], subjects: Iterable[tuple[str, int]]) -> sa.ColumnElement[bool]:
    """Return a condition with one part for each kind of thing, for which both databases can use an index."""
    ids: dict[str, set[int]] = {}
    for kind, subject_id in subjects:
        ids.setdefault(kind, set()).add(subject_id)
    return sa.or_(
        sa.false(),
        *(sa.and_(model.subject_kind == kind, is_among(model.subject_id, some)) for kind, some in ids.items()),
    )
