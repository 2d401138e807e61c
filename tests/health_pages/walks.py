"""What the walks ask of the scores' pages."""

from typing import TYPE_CHECKING

from blueprints.health.forms import FindingForm
from community.accounts.memberships import MembershipPeriod, write_periods
from community.health import actions
from community.health.alarm_notes import get_shown
from community.health.alarms import Alarm
from community.health.publishing import ensure_first_policy
from models.base import db, today
from models.health import AccountScore, DailyCount
from tests.access.world import SCORES, World
from tests.health.scenario import LONG_AGO, Company, ago, hire
from tests.journey.browsing import CS, Door
from tests.walks import STAFF, Act, Knock, Meanwhile, RoomWalk, Stop

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

LEFT_COMPANY = "株式会社衣浦部品工業"
NOTE = "後任は神谷さん。来週あいさつに行く。"


def populate(world: World) -> None:
    """Who carried the score of C has left it today."""
    ensure_first_policy()
    company = Company(world.cast.c)
    carried = hire(company)
    write_periods(carried, [MembershipPeriod(company.id, ago(LONG_AGO.days), today())])
    db.session.add_all(
        DailyCount(account_id=company.id, member_id=carried.id, kind="talk_given", day=ago(days), n=1)
        for days in (20, 40)
    )
    db.session.flush()
    actions.rescore([company.id], today())


def list_knocks(world: World) -> list[Knock]:
    customer = {"account_id": world.cast.a.id}
    left = {"account_id": world.cast.c.id, "alarm": "left"}
    silent = {**left, "alarm": "silent"}
    return [
        Knock("health.show_briefing", SCORES),
        Knock("health.list_accounts", SCORES),
        Knock("health.export_accounts", SCORES),
        Knock("health.show_account", SCORES, values=customer),
        Knock("health.list_acts", SCORES, values=customer),
        Knock("health.show_updates", SCORES, values=customer),
        Knock("health.note_alarm", SCORES, values=left),
        Knock("health.note_alarm", SCORES, "POST", left),
        Knock("health.note_alarm", set(), values=silent, about="ends by itself"),
    ]


def list_acts(world: World) -> list[Act]:
    left = {"account_id": world.cast.c.id, "alarm": "left"}
    score = db.session.get(AccountScore, world.cast.c.id)
    assert score is not None
    form = FindingForm()
    shown = get_shown(score, Alarm.LEFT)
    assert shown is not None
    form.remember(shown)
    typed = {"note": NOTE, "seen": form.seen.data}
    return [Act("health.note_alarm", "cs", "health.note_alarm", left, typed, reason=NOTE)]


def find_left_company(door: Door) -> str:
    """Return the address of the sample's company whose champion has left."""
    cs = door.enter(CS)
    cs.open_account(LEFT_COMPANY)
    address = cs.page.url.removeprefix(door.url)
    cs.close()
    return address


def list_stops(things: "Things") -> list[Stop]:
    account, left = f"/accounts/{things.account}", things.of_rooms.get("health", "/accounts/1")
    refused = {"press": "記録する", "status": 422, "keep": "alarm note refused"}
    return [
        Stop("health.show_briefing", "/staff/today?all=1", (STAFF,)),
        Stop("health.list_accounts", "/accounts", (STAFF,)),
        Stop("health.list_accounts", "/accounts?view=table", (STAFF,), keep="accounts table"),
        Stop("health.list_accounts", "/accounts?industry=none", (STAFF,), keep="accounts none"),
        Stop("health.show_account", account, (STAFF,)),
        Stop("health.show_account", left, (STAFF,), keep="account left"),
        Stop("health.list_acts", f"{account}/acts", (STAFF,)),
        Stop("health.note_alarm", f"{left}/alarms/left", (STAFF,)),
        Stop("health.note_alarm", f"{left}/alarms/left", (STAFF,), **refused),
    ]


HEALTH_WALK = RoomWalk(
    name="health",
    knocks=list_knocks,
    populate=populate,
    meanwhile={"health.note_alarm": Meanwhile.PREVIEWED},
    acts=list_acts,
    stops=list_stops,
    no_page=frozenset({"health.export_accounts", "health.show_updates"}),
    prepare=find_left_company,
)
