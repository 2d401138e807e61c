"""What the accounts hand over on this floor: people and companies as things."""

from collections.abc import Collection, Mapping

from celery.schedules import crontab
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.room import Room, ScheduledTask, Thing, ThingKind, WorkerTasks
from models.accounts import Account, Member

from . import queries, rules
from .erasures import ERASURES


def _describe_member(member: Member) -> Thing:
    return Thing(
        kind=MEMBER.name,
        id=member.id,
        title=_("退会した方") if member.erased_at else member.display_name,
        address=f"/people/{member.handle}",
        author_id=member.id,
    )


def _describe_account(account: Account) -> Thing:
    return Thing(ACCOUNT.name, account.id, account.name, f"/companies/{account.id}/people")


def _viewer(member: Member | None) -> Member | None:
    return member


def _viewers(members: Collection[Member]) -> Mapping[int, Member]:
    return {member.id: member for member in members}


def _can_see_member(viewer: Member | None, member: Member) -> bool:
    return viewer is not None and rules.can_see_profile(viewer, member)


def _can_see_account(viewer: Member | None, account: Account) -> bool:
    return viewer is not None and rules.can_manage_company(viewer, account)


MEMBER = ThingKind(
    name=Member.__tablename__,
    label=_l("メンバー"),
    icon="person",
    load=queries.list_members_by_id,
    describe=_describe_member,
    viewer=_viewer,
    viewers=_viewers,
    can_see=_can_see_member,
)
ACCOUNT = ThingKind(
    name=Account.__tablename__,
    label=_l("会社"),
    icon="building",
    load=queries.list_accounts_by_id,
    describe=_describe_account,
    viewer=_viewer,
    viewers=_viewers,
    can_see=_can_see_account,
)
TASKS = WorkerTasks(
    modules=("community.accounts.tasks",),
    schedule=(
        # At the turn of the day, and every hour in case nobody was there: memberships that were planned begin.
        ScheduledTask("begin day", "accounts.begin_day", crontab(minute="0")),
        ScheduledTask("sign-ins", "accounts.forget_unseen", crontab(hour="4", minute="30")),
        ScheduledTask("tries", "accounts.forget_tries", crontab(minute="50")),
    ),
    at_start=("accounts.begin_day", "accounts.forget_unseen"),
)
ACCOUNTS = Room(name="accounts", things=(MEMBER, ACCOUNT), erasures=ERASURES, tasks=TASKS)
