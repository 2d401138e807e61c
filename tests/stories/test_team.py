"""Who writes a story: coauthors of the same company, an interviewer of the vendor's staff."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from community.mail.letters import write_letter
from community.stories.writing import team
from community.stories.writing.team import TooManyCoauthorsError
from models.accounts import Member
from models.base import db
from models.notifications import Notice
from models.stories import Story, StoryState, StoryTag, StoryTagging, TagKind
from tests.cast import Cast
from tests.forms.filling import Tab
from tests.stories.telling import join, publish

SignedIn = Callable[[Member], FlaskClient]


def coauthors(story: Story) -> set[int]:
    db.session.refresh(story, ["coauthors"])
    return {each.member_id for each in story.coauthors}


def notices() -> list[tuple[int, bool]]:
    rows = db.session.scalars(sa.select(Notice).where(Notice.kind == "story_team").order_by(Notice.id))
    return [(row.member_id, row.withdrawn_at is not None) for row in rows]


def test_a_colleague_is_added_told_and_can_write(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.owner).get(f"/stories/{story.id}/team").text
    assert cast.colleague.display_name in page
    for stranger in (cast.stranger, cast.third, cast.partner, cast.prospect):
        assert stranger.handle not in page
    address = f"/stories/{story.id}/team/{cast.colleague.handle}/add"
    for _ in range(2):
        assert signed_in(cast.owner).post(address).status_code == 302
    assert coauthors(story) == {cast.colleague.id}
    assert notices() == [(cast.colleague.id, False)]
    assert story.content_revision == 2  # the names are part of what is consented to
    assert signed_in(cast.colleague).get(f"/stories/{story.id}/write/problem").status_code == 200
    bell = signed_in(cast.colleague).get("/notifications").text
    assert f"{cast.owner.display_name}さんが、あなたを事例の書き手に加えました" in bell


@pytest.mark.one_database
def test_a_coauthor_is_told_beforehand_that_their_name_goes_out(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    said = "社名といっしょに事例のページと一覧に出ます"
    values = {"who": "青木", "title": "題", "address": "", "stop_address": "", "settings_address": "", "excerpt": ""}
    letter = write_letter("story_team", "ja", values)
    assert (said in letter.text, said in letter.html) == (True, True)
    join(story, cast.colleague)
    story.interviewer_id = cast.cs.id
    db.session.flush()
    desk = f"/stories/{story.id}/desk"
    shown = [said in signed_in(who).get(desk).text for who in (cast.owner, cast.colleague, cast.cs)]
    assert shown == [False, True, False]
    assert f"/stories/{story.id}/team" in signed_in(cast.colleague).get(desk).text
    publish(story, cast.cs)
    assert said not in signed_in(cast.colleague).get(desk).text


@pytest.mark.one_database
def test_only_so_many_write_together(story: Story, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "MOST_COAUTHORS", 1)
    assert team.add_coauthor(story, cast.colleague, by=cast.owner)
    with pytest.raises(TooManyCoauthorsError):
        team.add_coauthor(story, cast.company_admin, by=cast.owner)
    assert coauthors(story) == {cast.colleague.id}


def test_nobody_of_another_company_is_added(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    for who in ("stranger", "third", "cs", "partner", "prospect", "administrator", "suspended"):
        assert client.post(f"/stories/{story.id}/team/{cast.people()[who].handle}/add").status_code == 404, who
        assert coauthors(story) == set(), who
    assert client.post(f"/stories/{story.id}/team/no-such-person/add").status_code == 404
    assert coauthors(story) == set()


def test_a_search_finds_colleagues_only(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    page = client.get(f"/stories/{story.id}/team", query_string={"q": cast.colleague.family_name}).text
    assert f"/team/{cast.colleague.handle}/add" in page
    page = client.get(f"/stories/{story.id}/team", query_string={"q": cast.stranger.display_name}).text
    assert "/add" not in page


def test_a_coauthor_leaves_and_is_told_anew_when_added_again(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    add = f"/stories/{story.id}/team/{cast.colleague.handle}/add"
    signed_in(cast.owner).post(add)
    assert signed_in(cast.colleague).post(f"/stories/{story.id}/team/leave").location == "/stories/mine"
    assert coauthors(story) == set()
    assert notices() == [(cast.colleague.id, True)]
    assert signed_in(cast.colleague).get(f"/stories/{story.id}/write").status_code == 404


def test_who_leaves_a_published_story_is_told_where_their_name_stays(
    story: Story, cast: Cast, signed_in: SignedIn
) -> None:
    join(story, cast.colleague)
    publish(story, cast.cs)
    page = signed_in(cast.colleague).post(f"/stories/{story.id}/team/leave", follow_redirects=True).text
    assert "次の版が出るまで、お名前が残ります" in page


def test_an_author_takes_a_coauthor_out_but_nobody_takes_out_the_author(
    story: Story, cast: Cast, signed_in: SignedIn
) -> None:
    join(story, cast.colleague)
    client = signed_in(cast.colleague)
    assert client.post(f"/stories/{story.id}/team/{cast.owner.handle}/remove").status_code == 404
    assert signed_in(cast.owner).post(f"/stories/{story.id}/team/leave").status_code == 403
    removed = signed_in(cast.owner).post(f"/stories/{story.id}/team/{cast.colleague.handle}/remove")
    assert removed.status_code == 302
    assert coauthors(story) == set()


def test_who_left_the_company_is_marked_and_cannot_write(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    join(story, cast.colleague)
    join(story, cast.stranger)  # as after a transfer to another company
    page = signed_in(cast.owner).get(f"/stories/{story.id}/team").text
    assert f"いまは{cast.a.name}の方ではないため、書けません" in page
    assert signed_in(cast.stranger).get(f"/stories/{story.id}/write").status_code == 404
    story.interviewer = None
    by_name = {each.member.id: each.has_left for each in team.describe_team(story).writers}
    assert by_name == {cast.owner.id: False, cast.colleague.id: False, cast.stranger.id: True}


def test_an_interviewer_is_chosen_from_staff_told_and_writes(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    address = f"/stories/{story.id}/team/interviewer"
    assert signed_in(cast.cs).get(f"/stories/{story.id}/write").status_code == 404
    assert signed_in(cast.owner).post(address, data={"interviewer": cast.cs.handle}).status_code == 302
    assert (story.interviewer_id, story.content_revision) == (cast.cs.id, 1)
    assert notices() == [(cast.cs.id, False)]
    write = f"/stories/{story.id}/write/problem"
    assert Tab(signed_in(cast.cs), write, write).send(body="聞き書きした文").status_code == 302
    assert "聞き手" in signed_in(cast.cs).get("/stories/mine").text
    assert signed_in(cast.cs).post(f"/stories/{story.id}/team/leave").status_code == 302
    assert story.interviewer_id is None


def test_who_is_not_of_the_staff_is_no_interviewer(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.owner), f"/stories/{story.id}/team/interviewer"
    for who in ("owner", "colleague", "stranger", "moderator"):
        assert client.post(address, data={"interviewer": cast.people()[who].handle}).status_code == 422, who
        assert story.interviewer_id is None, who


def test_the_interviewer_changes_no_authors(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    story.interviewer_id = cast.cs.id
    db.session.flush()
    client = signed_in(cast.cs)
    assert client.post(f"/stories/{story.id}/team/{cast.colleague.handle}/add").status_code == 403
    assert client.post(f"/stories/{story.id}/team/interviewer", data={"interviewer": ""}).status_code == 403


def test_the_team_is_closed_while_others_have_the_story(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    join(story, cast.colleague)
    story.state = StoryState.REVIEW
    db.session.flush()
    assert signed_in(cast.owner).post(f"/stories/{story.id}/team/{cast.company_admin.handle}/add").status_code == 403
    assert signed_in(cast.colleague).post(f"/stories/{story.id}/team/leave").status_code == 302


# --- tags ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tags(cast: Cast) -> dict[str, StoryTag]:
    del cast
    made = {
        "paper": StoryTag(kind=TagKind.PROBLEM, slug="paper", name="紙が多い"),
        "wait": StoryTag(kind=TagKind.PROBLEM, slug="wait", name="待ち時間", position=1),
        "form": StoryTag(kind=TagKind.FEATURE, slug="form", name="申請フォーム"),
    }
    db.session.add_all(made.values())
    db.session.flush()
    return made


def chosen(story: Story) -> set[int]:
    return set(db.session.scalars(sa.select(StoryTagging.tag_id).where(StoryTagging.story_id == story.id)))


def test_tags_are_chosen(story: Story, cast: Cast, signed_in: SignedIn, tags: dict[str, StoryTag]) -> None:
    address = f"/stories/{story.id}/tags"
    sent = {"problems": [tags["paper"].slug], "features": [tags["form"].slug]}
    client = signed_in(cast.owner)
    seen = Tab(client, address, address).fields["seen"]
    assert client.post(address, data={**sent, "seen": seen}).status_code == 302
    assert chosen(story) == {tags["paper"].id, tags["form"].id}
    assert story.content_revision == 2


def test_an_archived_tag_is_not_offered_but_stays_where_it_was_chosen(
    story: Story, cast: Cast, signed_in: SignedIn, tags: dict[str, StoryTag]
) -> None:
    db.session.add(StoryTagging(story_id=story.id, tag_id=tags["paper"].id))
    for name in ("paper", "wait"):
        tags[name].archived_at = tags[name].archived_at or story.created_at
    db.session.flush()
    address = f"/stories/{story.id}/tags"
    page = signed_in(cast.owner).get(address).text
    assert ("紙が多い" in page, "待ち時間" in page) == (True, False)
    answer = signed_in(cast.owner).post(address, data={"problems": [tags["wait"].slug]})
    assert answer.status_code == 422
    assert chosen(story) == {tags["paper"].id}


def test_two_tabs_of_tags_are_told(story: Story, cast: Cast, signed_in: SignedIn, tags: dict[str, StoryTag]) -> None:
    address = f"/stories/{story.id}/tags"
    client = signed_in(cast.owner)
    seen = Tab(client, address, address).fields["seen"]
    client.post(address, data={"problems": [tags["paper"].slug], "seen": seen})
    answer = client.post(address, data={"problems": [tags["wait"].slug], "seen": seen})
    assert answer.status_code == 409
    assert chosen(story) == {tags["paper"].id}
