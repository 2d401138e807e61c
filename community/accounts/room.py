"""What the accounts hand over on this floor: people and companies as things, and what of them is found."""

from collections.abc import Collection, Mapping

from celery.schedules import crontab
from flask_babel import lazy_gettext as _l

from community.accounts import indexing, queries, rules, tasks
from community.room import (
    ChannelKind,
    GuestTable,
    Room,
    ScheduledTask,
    Searchable,
    SearchKind,
    Thing,
    ThingKind,
    WorkerTasks,
)
from models.accounts import Account, Member, Membership

from .audit_words import WORDS
from .erasures import ERASURES
from .names import author_label


def _describe_member(member: Member) -> Thing:
    return Thing(
        kind=MEMBER.name,
        id=member.id,
        title=author_label(None, member),
        address="" if member.erased_at else f"/people/{member.handle}",
        author_id=member.id,
    )


def _describe_account(account: Account) -> Thing:
    return Thing(ACCOUNT.name, account.id, account.name, f"/companies/{account.id}/people")


def _as_viewer(member: Member | None) -> Member | None:
    return member


def _as_viewers(members: Collection[Member]) -> Mapping[int, Member]:
    return {member.id: member for member in members}


def _can_see_member(viewer: Member | None, member: Member) -> bool:
    return viewer is not None and rules.can_see_profile(viewer, member)


def _can_see_account(viewer: Member | None, account: Account) -> bool:
    return viewer is not None and rules.can_manage_company(viewer, account)


def _is_oneself(member: Member | None, member_id: int) -> bool:
    return member is not None and member.id == member_id


MEMBER = ThingKind(
    name=Member.__tablename__,
    label=_l("メンバー"),
    icon="person",
    load=queries.list_members_by_id,
    describe=_describe_member,
    viewer=_as_viewer,
    viewers=_as_viewers,
    can_see=_can_see_member,
)
ACCOUNT = ThingKind(
    name=Account.__tablename__,
    label=_l("会社"),
    icon="building",
    load=queries.list_accounts_by_id,
    describe=_describe_account,
    viewer=_as_viewer,
    viewers=_as_viewers,
    can_see=_can_see_account,
)
TASKS = WorkerTasks(
    modules=("community.accounts.tasks",),
    schedule=(
        # At the turn of the day, and every hour in case nobody was there: memberships that were planned begin.
        ScheduledTask("begin day", "accounts.begin_day", crontab(minute="0")),
    ),
    at_start=("accounts.begin_day",),
)
SEARCH = Searchable(
    kinds=(
        SearchKind(MEMBER.name, _l("メンバー"), position=80, needs=frozenset({indexing.INSIDE, indexing.SIGNED_IN})),
        SearchKind(ACCOUNT.name, _l("会社"), position=90, needs=frozenset({indexing.COMPANIES})),
    ),
    viewer=_as_viewer,
    tokens_of=indexing.tokens_of,
    indexers=(indexing.index_accounts_after, indexing.index_members_after),
    condition_of=indexing.allowed_to,
    mend=tasks.mend_index,
)
# Names and companies stand on every page, so that a change of what guests see of them touches everything.
GUEST_TABLES = (
    GuestTable(Account, frozenset({"csm_id", "plan", "licences", "renews_on", "contract_ended_on"})),
    GuestTable(
        Member,
        frozenset({"email", "password_hash", "session_version", "locale", "time_zone", "seen_at", "visited_at"})
        | {"totp_secret", "totp_salt", "totp_since", "totp_last_step", "wants_device_mail"},
    ),
    GuestTable(Membership),
)
ACCOUNTS = Room(
    name="accounts",
    things=(MEMBER, ACCOUNT),
    channels=(ChannelKind("member", _is_oneself),),
    audit_words=WORDS,
    search=SEARCH,
    guest_tables=GUEST_TABLES,
    erasures=ERASURES,
    tasks=TASKS,
)
