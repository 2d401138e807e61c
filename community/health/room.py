"""What the scores hand over on this floor: channels of new figures, words of the log, tasks."""

from celery.schedules import crontab
from flask_babel import lazy_gettext as _l

from community.accounts import rules
from community.health import alarm_notes
from community.room import AuditWords, ChannelKind, ReasonCopy, Room, ScheduledTask, WorkerTasks
from models.accounts import Member


def _may_hear_account(member: Member | None, account_id: int) -> bool:
    return account_id > 0 and member is not None and rules.can_see_scores(member)


def _may_hear_accounts(member: Member | None, nothing: int) -> bool:
    return nothing == 0 and member is not None and rules.can_see_scores(member)


TASKS = WorkerTasks(
    modules=("community.health.tasks",),
    schedule=(
        # Every hour, since both skip what is done: a night on which the machine was off is made up for.
        ScheduledTask("snapshots", "health.take_snapshots", crontab(minute="10")),
        ScheduledTask("re-score", "health.rescore_accounts", crontab(minute="20")),
    ),
    at_start=("health.take_snapshots", "health.rescore_accounts"),  # past days first
)
HEALTH = Room(
    name="health",
    channels=(ChannelKind("account", _may_hear_account), ChannelKind("accounts", _may_hear_accounts)),
    audit_words=AuditWords(
        actions={
            "health.note_alarm": _l("会社の知らせについて、確かめたことを記録した"),
            "health.publish_policy": _l("行動力の計算のしかたを公開した"),
        },
        sentences={
            "health.note_alarm": _l("%(who)sが%(whom)sの知らせについて、確かめたことを記録しました"),
            "health.publish_policy": _l("%(who)sが行動力の計算のしかたを公開しました"),
        },
        subjects={"policy": _l("行動力の計算のしかた")},
        names={"note_id": _l("記録の番号")},
    ),
    reason_copies=(
        ReasonCopy(
            "health.note_alarm",
            alarm_notes.erase_note,
            _l("同じ文面が、会社のページの「知らせの記録」にも出ています。それもいっしょに消えます。"),
        ),
    ),
    tasks=TASKS,
)
