"""The list of acts: what each is worth, what became of it, where it leads."""

import math

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from community.forums.actions import open_topic, post_reply
from community.ledger import actions as ledger
from community.moderation.actions import remove
from models.base import db, now, transaction
from models.forums import Audience, Category, Post, Topic
from models.ledger import Signal, SignalKind
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.health.reading import explain, get_snapshot
from tests.health.scenario import ago, process, restore
from tests.health_pages.conftest import Read, rescore

pytestmark = pytest.mark.one_database


def row_of(page: BeautifulSoup, signal: Signal) -> Tag:
    row = page.find(id=f"act-{signal.id}")
    assert isinstance(row, Tag)
    return row


def points(row: Tag) -> float:
    return float(str(row.select("data")[0]["value"]))


def ids(page: BeautifulSoup) -> set[str]:
    return {str(row["id"]) for row in page.select("tbody tr")}


def test_all_acts_add_up_to_the_score(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    page = read(f"/accounts/{cast.a.id}/acts")
    reading = explain(cast.a.id)
    assert reading is not None
    worth = [points(row) for row in page.select("tbody tr")]
    assert math.fsum(worth) == pytest.approx(reading.behavior.score, abs=1e-9)
    assert ids(page) == {f"act-{signal.id}" for name, signal in year.items() if name != "b_talk"}


def test_a_withdrawn_act_is_worth_nothing_and_says_so(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    row = row_of(read(f"/accounts/{cast.a.id}/acts"), year["spam"])
    assert points(row) == 0.0
    assert "取り消し" in row.text
    assert row.select("td:last-child time") != []
    only = read(f"/accounts/{cast.a.id}/acts", state="withdrawn")
    assert ids(only) == {f"act-{year['spam'].id}"}


def test_a_restored_act_counts_again_and_says_so(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    restore(year["spam"])
    process()
    row = row_of(read(f"/accounts/{cast.a.id}/acts"), year["spam"])
    assert points(row) > 0
    assert "元に戻された" in row.text


def test_a_second_act_of_a_day_is_worth_less_than_the_first(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    page = read(f"/accounts/{cast.a.id}/acts", kind="reply_posted")
    assert points(row_of(page, year["reply_twice"])) < points(row_of(page, year["reply"]))


def test_the_list_narrows_by_kind_person_and_day(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    address = f"/accounts/{cast.a.id}/acts"
    meetups = {f"act-{year['meetup'].id}", f"act-{year['meetup_too'].id}"}
    assert ids(read(address, kind="meetup_attended")) == meetups
    assert ids(read(address, kind="meetup_attended", member=cast.owner.id)) == {f"act-{year['meetup'].id}"}
    assert ids(read(address, day=ago(60).isoformat())) == meetups
    recent = {f"act-{year[name].id}" for name in ("reply", "reply_twice", "spam", "mail", "story")}
    assert ids(read(address, since=7)) == recent


def test_an_earlier_day_is_shown_as_it_was_recorded(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    """The spam counted on that day, and nobody knew yet of the seminar."""
    page = read(f"/accounts/{cast.a.id}/acts", as_of=ago(1).isoformat())
    snapshot = get_snapshot(cast.a.id, ago(1))
    assert snapshot is not None
    assert math.fsum(points(row) for row in page.select("tbody tr")) == pytest.approx(snapshot.behavior, abs=1e-9)
    assert points(row_of(page, year["spam"])) > 0
    assert f"act-{year['late'].id}" not in ids(page)


def test_parts_lead_to_the_acts_that_they_touched(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    address = f"/accounts/{cast.a.id}/acts"
    late = read(address, part="late", since=1)
    assert points(row_of(late, year["late"])) > 0
    withdrawn = read(address, part="withdrawn", since=1)
    assert points(row_of(withdrawn, year["spam"])) < 0
    new = read(address, part="new", since=1)
    assert points(row_of(new, year["story"])) > 0


def test_acts_without_points_are_folded_and_still_counted(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    page = read(f"/accounts/{cast.a.id}/acts")
    folded = page.select("details tbody tr")
    assert [row["id"] for row in folded] == [f"act-{year['mail'].id}"]
    assert page.select("details summary")[0].get_text(strip=True) == "0.00点の行動 1件を見る"
    assert not page.select("details")[0].has_attr("open")
    everything = len(page.select("tbody tr"))
    assert f"行動 {everything}件（うち0.00点 1件）" in page.text
    assert f"合計（{everything}件）" in page.select("tfoot")[0].text


def test_a_withdrawn_act_is_not_folded(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    page = read(f"/accounts/{cast.a.id}/acts")
    assert page.select(f"details #act-{year['spam'].id}") == []
    assert row_of(page, year["spam"])


def test_where_no_act_has_points_nothing_is_folded(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    page = read(f"/accounts/{cast.a.id}/acts", kind="mail_opened")
    assert page.select("details tbody") == []
    assert ids(page) == {f"act-{year['mail'].id}"}


def test_folded_acts_stand_at_the_end_of_a_long_list(
    cast: Cast, read: Read, year: dict[str, Signal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.health.acts.ACTS_A_PAGE", 10)
    first, last = read(f"/accounts/{cast.a.id}/acts"), read(f"/accounts/{cast.a.id}/acts", page=2)
    assert (len(first.select("tbody tr")), first.select("details tbody")) == (10, [])
    link = next(link for link in first.select("a") if link.text == "0.00点の行動 1件を見る")
    assert str(link["href"]).endswith("/acts?page=2")
    assert ids(last) == {f"act-{year['mail'].id}"}
    assert last.select("details")[0].has_attr("open")
    assert read(f"/accounts/{cast.a.id}/acts", page=3).select("tbody") == []


@pytest.mark.usefixtures("year")
def test_beyond_the_last_page_a_sentence_leads_to_it(cast: Cast, read: Read) -> None:
    page = read(f"/accounts/{cast.a.id}/acts", page=9999, kind="reply_posted")
    assert page.select("main table") == []
    link = page.select_one("main .empty a")
    assert link is not None
    assert link.text == "最後のページを見る"
    assert ids(read(str(link["href"]))) == ids(read(f"/accounts/{cast.a.id}/acts", kind="reply_posted"))


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("query", [{"part": "decay"}, {"part": "decay", "since": "0"}, {"part": "decay", "since": "x"}])
def test_a_part_without_the_days_of_its_change_is_not_asked_for(cast: Cast, read: Read, query: dict[str, str]) -> None:
    page, whole = (read(f"/accounts/{cast.a.id}/acts", **asked) for asked in (query, {}))
    assert page.h1.text == whole.h1.text  # type: ignore[union-attr]
    assert page.select("tfoot data")[0]["value"] == whole.select("tfoot data")[0]["value"]


@pytest.mark.usefixtures("year")
def test_points_stand_where_a_phone_shows_them(cast: Cast, read: Read) -> None:
    page = read(f"/accounts/{cast.a.id}/acts", member=cast.owner.id)
    heads = [head.get_text(strip=True) for head in page.select("thead")[0].select("th")]
    assert heads == ["日付", "行動", "いまの点", "人", "対象", "状態"]
    assert {row.select("td")[3].get_text(strip=True) for row in page.select("tbody tr")} == {cast.owner.display_name}


def test_what_has_no_page_is_not_named_after_its_act(cast: Cast, read: Read) -> None:
    with transaction():
        ledger.record_signal(SignalKind.MEETUP_ATTENDED, cast.owner, subject=("meetup", 1), at=now())
    process()
    rescore(cast.a)
    (row,) = read(f"/accounts/{cast.a.id}/acts").select("tbody tr")
    assert [cell.get_text(strip=True) for cell in row.select("td")][3:] == [cast.owner.display_name, "", ""]


def test_acts_of_another_company_are_not_here(cast: Cast, read: Read, year: dict[str, Signal]) -> None:
    assert ids(read(f"/accounts/{cast.a.id}/acts", member=cast.stranger.id)) == set()
    assert ids(read(f"/accounts/{cast.b.id}/acts", kind="talk_given")) == {f"act-{year['b_talk'].id}"}


@pytest.fixture
def talk(cast: Cast) -> tuple[Topic, Post]:
    """B asks, A answers."""
    category = Category(slug="qa", name="質問", readers=Audience.MEMBERS, posters=Audience.MEMBERS)
    db.session.add(category)
    db.session.flush()
    with transaction():
        topic = db.session.get(
            Topic, open_topic(category, cast.stranger, "CSVの日付がずれる", "どうすればよいですか。").topic_id
        )
        assert topic is not None
        return topic, post_reply(topic, cast.owner, "時間帯の設定を見てください。")


def test_an_act_leads_to_the_very_post(cast: Cast, read: Read, staff: FlaskClient, talk: tuple[Topic, Post]) -> None:
    topic, post = talk
    process()
    link = read(f"/accounts/{cast.a.id}/acts").select("tbody td a")[0]
    assert link.text == topic.title
    place = staff.get(str(link["href"])).location
    assert place == f"/forums/topics/{topic.id}#post-{post.id}"
    assert f'id="post-{post.id}"' in staff.get(place).text


def test_removing_the_post_takes_the_points_back_and_shows_it(cast: Cast, read: Read, talk: tuple[Topic, Post]) -> None:
    _topic, post = talk
    process()
    assert "0.0" not in read(f"/accounts/{cast.a.id}").select(".axis-box b")[2]
    with transaction():
        remove(post, cast.community_manager, RemovalReason.SPAM)
    process()
    act = db.session.scalars(sa.select(Signal).filter_by(subject_kind="post", subject_id=post.id, root_id=None)).one()
    row = row_of(read(f"/accounts/{cast.a.id}/acts"), act)
    assert "投稿の削除で取り消し" in row.text
    assert read(f"/accounts/{cast.a.id}").select(".axis-box b")[2].text == "0.0"


def test_a_long_list_has_pages_and_one_sum(
    cast: Cast, read: Read, year: dict[str, Signal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.health.acts.ACTS_A_PAGE", 4)
    first, last = read(f"/accounts/{cast.a.id}/acts"), read(f"/accounts/{cast.a.id}/acts", page=3)
    assert len(first.select("tbody tr")) == 4
    assert first.select("tfoot data")[0]["value"] == last.select("tfoot data")[0]["value"]
    assert ids(first).isdisjoint(ids(last))
    assert len(first.select(".pagination li")) == 3
