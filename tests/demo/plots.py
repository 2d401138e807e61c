"""What docs/sample-community.md says of each company, as a check on the figures that it names."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from community.forums.sample.conversations import read_conversations
from community.health.alarms import Alarm
from community.health.calls import list_calls
from community.health.groups import MatrixGroup
from community.health.leavers import list_left_companies
from community.health.presence import GOOD_NEEDS
from community.health.rules import Band
from community.health.silence import SHORTEST, TIMES
from models.base import db, is_among
from models.forums import Post, Topic
from models.ledger import SignalKind
from tests.demo.sample import Sample, SampleCompany, handle_of

CHEAP = (SignalKind.MAIL_CLICKED, SignalKind.SUPPORT_ASKED)
ON_STAGE = (SignalKind.TALK_GIVEN, SignalKind.MEETUP_ORGANISED)
A_QUARTER, FOUR_MONTHS, HALF_A_YEAR = 90, 119, 182
"""Days; the table behind the line has a row for each seventh day before the last."""


def its_champion_left(sample: Sample, company: SampleCompany) -> None:
    (left,) = list_left_companies(sample.open_rows, sample.day)
    assert left.row.account.id == company.row.account.id
    (leaver,) = left.leavers
    assert leaver.is_active_there
    present = company.figures.behavior_of_present
    assert present is not None
    assert company.score - present >= 10
    assert company.figures.left_since is not None
    assert company.figures.leavers_share >= 0.3
    assert handle_of(company.left[0]) == "sakakibara"


def the_champion_works_here_now(sample: Sample, company: SampleCompany) -> None:
    assert "sakakibara" in [handle_of(person) for person in company.active]
    assert company.score - company.score_before(FOUR_MONTHS) >= 5


def it_rises_without_a_speech(sample: Sample, company: SampleCompany) -> None:
    assert company.score - company.score_before(A_QUARTER) >= 20
    assert company.figures.active_members >= 7
    assert not company.done.keys() & set(ON_STAGE)


def many_acts_weigh_little(sample: Sample, company: SampleCompany) -> None:
    other = sample.find("みなと食品")
    assert company.row.segment == other.row.segment
    cheap = sum(company.done[kind] for kind in CHEAP)
    assert cheap >= 2 / 3 * company.done.total()
    assert cheap / company.figures.members >= 2 * sum(other.done[kind] for kind in CHEAP) / other.figures.members
    assert other.score - company.score >= 20


def it_only_asks(sample: Sample, company: SampleCompany) -> None:
    assert company.done.most_common(1)[0][0] == SignalKind.SUPPORT_ASKED
    replies = [act.ledger_act for act in company.acts if act.ledger_act.kind == SignalKind.REPLY_POSTED]
    topics = db.session.scalars(
        sa.select(Topic).where(is_among(Topic.id, {reply.parent_id for reply in replies if reply.parent_id}))
    )
    own = company.roster.present(sample.day)
    assert replies
    assert all(topic.author_id in own for topic in topics)


def it_has_fallen_silent(sample: Sample, company: SampleCompany) -> None:
    assert Alarm.SILENT in company.row.alarms
    assert company.row.account.id in [call.row.account.id for call in list_calls(sample.open_rows)]
    days, longest = company.figures.silent_days, company.figures.longest_pause
    assert days is not None
    assert longest is not None
    assert days >= max(SHORTEST, TIMES * longest)


def nobody_reads_its_mail_any_more(sample: Sample, company: SampleCompany) -> None:
    changed = sorted((row for row in sample.rows if row.change is not None), key=lambda row: row.change or 0.0)
    assert company.row.account.id in [row.account.id for row in changed[:3]]
    assert (company.row.change or 0.0) <= -10
    assert (sample.day - company.acts[0].ledger_act.day).days > 28
    assert company.done.most_common(1)[0][0] == SignalKind.MAIL_CLICKED


def it_cooled_down(sample: Sample, company: SampleCompany) -> None:
    assert company.score_before(FOUR_MONTHS) - company.score >= 8


def its_contract_ended(sample: Sample, company: SampleCompany) -> None:
    assert sample.group(company) is MatrixGroup.ENDED
    assert sample.day - company.reading.standing.day == timedelta(days=42)
    assert company.score_before(HALF_A_YEAR) - company.score >= 20


def it_rises_and_meets(sample: Sample, company: SampleCompany) -> None:
    assert sample.group(company) is MatrixGroup.MOVING
    assert company.score - company.score_before(A_QUARTER) >= 5
    assert company.done[SignalKind.MEETUP_ORGANISED]


def one_person_carries_it(sample: Sample, company: SampleCompany) -> None:
    assert [handle_of(person) for person in company.persons if person.near_cap] == ["tadokoro"]
    assert handle_of(company.active[0]) == "tadokoro"
    assert company.share_of(company.active[0]) >= 2 / 3


def it_is_broad_and_healthy(sample: Sample, company: SampleCompany) -> None:
    assert sample.group(company) is MatrixGroup.MOVING
    assert company.row.band is Band.GOOD
    assert not company.row.alarms
    assert company.figures.active_members >= max(GOOD_NEEDS, 2 / 3 * company.figures.members)
    assert company.share_of(company.persons[0]) <= 0.3


def few_of_its_people_take_part(sample: Sample, company: SampleCompany) -> None:
    licences = company.row.account.licences
    assert licences == 300
    assert company.figures.active_members <= 0.04 * licences


def it_goes_up_and_down(sample: Sample, company: SampleCompany) -> None:
    weeks = [company.score, *(company.score_before(days) for days in range(7, 365, 7))]
    assert max(weeks) - min(weeks) >= 15


def one_person_does_it_all(sample: Sample, company: SampleCompany) -> None:
    opened = [act.ledger_act for act in company.acts if act.ledger_act.kind == SignalKind.TOPIC_OPENED]
    posts = db.session.scalars(sa.select(Post).where(is_among(Post.id, [act.subject_id for act in opened])))
    titles = {db.session.get_one(Topic, post.topic_id).title for post in posts}
    (talk,) = (talk for talk in read_conversations() if talk.key == "no-time-to-teach")
    assert talk.title in titles
    assert "同僚に教える時間がとれません" in talk.title


def it_is_too_new_for_a_momentum(sample: Sample, company: SampleCompany) -> None:
    assert sample.group(company) is MatrixGroup.FRESH


PLOTS: dict[str, Callable[[Sample, SampleCompany], None]] = {
    "衣浦部品工業": its_champion_left,
    "湖東電材": the_champion_works_here_now,
    "八島光学": it_rises_without_a_speech,
    "あさひや文具": many_acts_weigh_little,
    "谷町つづら薬局": it_only_asks,
    "東雲ファシリティーズ": it_has_fallen_silent,
    "宇和坂柑橘": nobody_reads_its_mail_any_more,
    "すみだ川リネン": it_cooled_down,
    "雪椿米菓": its_contract_ended,
    "北浜精工": it_rises_and_meets,
    "堺浜鋼管": it_rises_and_meets,
    "鞆浦建材": one_person_carries_it,
    "みなと食品": it_is_broad_and_healthy,
    "汐入商会": it_is_broad_and_healthy,
    "鶴見崎倉庫": few_of_its_people_take_part,
    "りんご坂農園": it_goes_up_and_down,
    "入間野学園": it_goes_up_and_down,
    "みかも精密": one_person_does_it_all,
    "知覧坂製茶": it_is_too_new_for_a_momentum,
    "阿波あいぞめ舎": it_is_too_new_for_a_momentum,
}
