"""The rows of the table of accounts, in words: the template only places them. Words are looked up once for all rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from blueprints.health import reasons, words
from blueprints.health.figures import NONE, figure, signed
from blueprints.health.matrix import Placed
from community.app.cached_urls import cached_url
from community.health.alarms import Alarm
from community.health.groups import MatrixGroup
from community.health.listing import AccountRow


class TableRow(NamedTuple):
    """An account as the table shows it."""

    href: str
    name: str
    rings: Sequence[tuple[str, str]]
    """What rings, and why: the alarm's name ("" where somebody has seen to it) and the sentence."""
    behavior: str
    change: str
    pill: str | None
    """The band's name in the components; None where the contract is over."""
    momentum: str
    active: int | None
    members: int | None
    renews_on: date | None
    left: str
    """How long it is until the renewal."""
    segment: str
    stage: str


def table_rows(listed: Sequence[Placed], today: date) -> list[TableRow]:
    """Return the rows of these accounts."""
    segments: Mapping[str | None, str] = {value: str(name) for value, name in words.SEGMENTS.items()}
    stages: Mapping[str | None, str] = {value: str(name) for value, name in words.STAGES.items()}
    found = []
    for placed in listed:
        row, account, score = placed.row, placed.row.account, placed.row.score
        is_over = placed.group is MatrixGroup.ENDED
        judged = score if score and score.behavior is not None else None
        found.append(
            TableRow(
                href=cached_url("health.show_account", account_id=account.id),
                name=account.name,
                rings=() if is_over else _rings(row),
                behavior=figure(row.behavior),
                change=signed(row.change),
                pill=None if is_over else words.PILLS[row.band],
                momentum=figure(score.momentum) if score else NONE,
                active=judged.active_members if judged else None,
                members=judged.members if judged else None,
                renews_on=account.renews_on,
                left=words.days_left(account.renews_on, today),
                segment=segments.get(row.segment, ""),
                stage=stages.get(row.stage, ""),
            )
        )
    return found


def _rings(row: AccountRow) -> Sequence[tuple[str, str]]:
    score = row.score
    if score is None or not (row.alarms or score.left_since):
        return ()
    found = [(str(reasons.ALARMS[alarm]), reasons.reason_of(score, alarm)) for alarm in row.alarms]
    if score.left_since and Alarm.LEFT not in row.alarms:
        found.append(("", reasons.mark_of(score)))
    return found
