"""Figures of a draft with what they rest on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from blueprints.stories.reading.drawing import show_figure
from blueprints.stories.writing.figure_cards import describe_card
from community.stories.versions import versions
from community.stories.versions.content import Figure
from community.stories.versions.figure_changes import bar_widths, describe_change
from community.stories.versions.staleness import stale_months
from community.stories.writing import figures
from community.stories.writing.figures import WrittenFigure
from models.accounts import Member
from models.base import db, today, transaction
from models.files import StoredFile
from models.stories import Counting, Story, StoryFigure
from tests.cast import Cast
from tests.files.samples import picture
from tests.forms.filling import Tab
from tests.stories.asking import ask, open_page, path_of
from tests.stories.telling import add_approver, add_figure, publish, write_story

SignedIn = Callable[[Member], FlaskClient]
TYPED = {
    "label": "点検表の紙",
    "baseline": "１，８４０枚/月",
    "result": "210枚/月",
    "counting": "counted",
    "period": "それぞれ4月〜9月の平均",
    "method": "伝票を数えた",
    "as_of": "2026年10月25日",
    "confirmed_by": "総務課 榎本さん",
}
PAPER = Figure(
    label="点検表の紙",
    baseline=Decimal(1840),
    result=Decimal(210),
    unit="枚/月",
    counting=Counting.COUNTED,
    period="それぞれ4月〜9月の平均",
    method="伝票を数えた",
    as_of=date(2026, 10, 25),
    confirmed_by="総務課 榎本さん",
)


def figures_of(story: Story) -> list[Figure]:
    return versions.list_figures_of(story.id)


def new_url(story: Story) -> str:
    return f"/stories/{story.id}/figures/new"


def labels(story: Story) -> list[str]:
    return [each.label for each in figures_of(story)]


def test_a_figure_is_added_as_it_was_typed(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.owner).post(new_url(story), data=TYPED)
    assert answer.location == f"/stories/{story.id}/write/result#figures"
    assert figures_of(story) == [PAPER]
    assert story.content_revision == 2
    page = BeautifulSoup(signed_in(cast.owner).get(f"/stories/{story.id}/write/result").text, "html.parser")
    card = page.select_one(".figure-card")
    assert card is not None
    said = card.get_text(" ", strip=True)
    for words in ("89 ％ 減", "1,840 枚/月", "210 枚/月", "総務課 榎本さんが確かめました", "いまは根拠B"):
        assert words in said


def test_a_form_that_was_sent_twice_adds_one(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    for _ in range(2):
        assert client.post(new_url(story), data=TYPED).status_code == 302
    assert figures_of(story) == [PAPER]


REFUSED = [
    ("label", ""),
    ("label", "あ" * 81),
    ("baseline", ""),
    ("baseline", "たくさん"),
    ("result", "10〜20"),
    ("result", "210件"),
    ("unit", "あ" * 25),
    ("counting", "guessed"),
    ("as_of", ""),
    ("as_of", "あした"),
    ("as_of", "2099-12-31"),
    ("period", "あ" * 121),
    ("method", "あ" * 201),
    ("confirmed_by", "あ" * 81),
]


@pytest.mark.one_database
def test_what_cannot_be_a_figure_is_refused_with_a_sentence(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    for field, typed in REFUSED:
        answer = client.post(new_url(story), data=TYPED | {field: typed})
        assert answer.status_code == 422, field
        page = BeautifulSoup(answer.text, "html.parser")
        assert page.select(".error-text"), field
        assert figures_of(story) == [], field
        if field != "counting":
            shown = page.select_one(f"[name={field}]")
            assert shown is not None, field
            assert shown.get("value", "") == typed or field == "as_of", field


def test_a_figure_is_confirmed_today_at_the_latest(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    late = client.post(new_url(story), data=TYPED | {"as_of": (today() + timedelta(days=1)).isoformat()})
    early = client.post(new_url(story), data=TYPED | {"as_of": "1890-01-01"})
    assert [answer.status_code for answer in (late, early)] == [422, 422]
    said = [BeautifulSoup(each.text, "html.parser").select(".error-summary li") for each in (late, early)]
    rule = "2000年から今日までの日付にしてください。例：2026-10-25"
    assert [[error.get_text() for error in each] for each in said] == [[rule], [rule]]
    assert client.post(new_url(story), data=TYPED | {"as_of": today().isoformat()}).status_code == 302


@pytest.mark.one_database
def test_a_sentence_on_a_number_says_which(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.owner).post(new_url(story), data=TYPED | {"result": "たくさん"})
    (said,) = BeautifulSoup(answer.text, "html.parser").select(".error-summary li")
    assert said.get_text().startswith("いま：数字で入力してください。")


def test_at_most_six(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    for n in range(6):
        add_figure(story, f"数字{n}", position=n)
    answer = signed_in(cast.owner).post(new_url(story), data=TYPED)
    assert (answer.status_code, "6つまで" in answer.text) == (422, True)
    assert len(figures_of(story)) == 6


def test_a_file_makes_the_grade_a_and_readers_do_not_get_it(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    sent = {**TYPED, "file": (BytesIO(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), "伝票.pdf")}
    assert signed_in(cast.owner).post(new_url(story), data=sent).status_code == 302
    (figure,) = figures_of(story)
    file = db.session.scalars(sa.select(StoredFile)).one()
    assert (figure.evidence_key, figure.grade) == (file.key, "A")
    assert (file.subject_kind, file.name) == ("story_figure", "伝票.pdf")
    assert signed_in(cast.colleague).get(f"/files/{file.key}").status_code == 404
    with signed_in(cast.owner).get(f"/files/{file.key}") as shown:
        assert shown.status_code == 200
    assert "伝票.pdf" in signed_in(cast.owner).get(f"/stories/{story.id}/write/result").text


def test_a_refused_form_keeps_its_file(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    tab = Tab(client, new_url(story), new_url(story))
    sent = tab.fields | TYPED | {"label": "", "file": (BytesIO(picture()), "写真.png")}
    answer = client.post(new_url(story), data=sent)
    assert answer.status_code == 422
    tab.read(answer)
    assert tab.send(label="点検表の紙").status_code == 302
    (figure,) = figures_of(story)
    assert figure.evidence_key is not None


def test_somebody_elses_file_is_no_evidence(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    loose = StoredFile(key="a" * 32, owner_id=cast.stranger.id, media_type="image/webp", width=1, height=1, size=1)
    db.session.add(loose)
    db.session.flush()
    signed_in(cast.owner).post(new_url(story), data=TYPED | {"evidence": loose.key})
    assert figures_of(story) == [PAPER]


def test_two_who_change_one_figure_are_told(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    figure = add_figure(story)
    address = f"/stories/{story.id}/figures/{figure.id}/edit"
    first, second = (Tab(signed_in(cast.owner), address, address) for _ in range(2))
    assert first.send(result="200枚/月").status_code == 302
    assert second.send(result="190枚/月").status_code == 409
    assert [each.result for each in figures_of(story)] == [Decimal(200)]
    assert second.send().status_code == 302
    assert [each.result for each in figures_of(story)] == [Decimal(190)]


def test_saving_a_figure_unchanged_changes_nothing(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    figure = add_figure(story)
    address = f"/stories/{story.id}/figures/{figure.id}/edit"
    assert Tab(signed_in(cast.owner), address, address).send().status_code == 302
    assert (story.content_revision, figure.revision) == (1, 1)


def test_figures_are_moved_taken_out_and_put_back(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    ids = [add_figure(story, label, position=n).id for n, label in enumerate(("甲", "乙", "丙"))]
    client.post(f"/stories/{story.id}/figures/{ids[2]}/move/up")
    assert labels(story) == ["甲", "丙", "乙"]
    client.post(f"/stories/{story.id}/figures/{ids[0]}/move/up")  # there is no place
    client.post(f"/stories/{story.id}/figures/{ids[0]}/move/down")
    assert labels(story) == ["丙", "甲", "乙"]
    answer = client.post(f"/stories/{story.id}/figures/{ids[0]}/remove", follow_redirects=True)
    assert f"/stories/{story.id}/figures/{ids[0]}/restore" in answer.text
    assert labels(story) == ["丙", "乙"]
    assert client.get(f"/stories/{story.id}/figures/{ids[0]}/edit").status_code == 404
    client.post(f"/stories/{story.id}/figures/{ids[0]}/restore")
    assert labels(story) == ["丙", "甲", "乙"]


def test_figures_of_another_story_are_not_touched(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    other = write_story(cast.b, cast.stranger)
    figure = add_figure(other)
    client = signed_in(cast.owner)
    for act in ("remove", "restore", "move/down", "edit"):
        for where in (story, other):
            address = f"/stories/{where.id}/figures/{figure.id}/{act}"
            assert client.post(address, data=TYPED).status_code == 404
    assert labels(other) == ["点検表の紙"]


CHANGES = {
    ("1840", "210", "枚/月"): ("89", "％ 減"),
    ("14", "3", "人"): ("79", "％ 減"),
    ("200", "1", "件"): ("99", "％ 減"),  # of 99.5: something remains
    ("200", "0", "件"): ("100", "％ 減"),
    ("1000", "1001", "件/日"): ("1", "件 増"),
    ("2", "3", "件"): ("1", "件 増"),
    ("5", "5", "件"): ("±0", "件"),
    ("40", "65", "％"): ("25", "ポイント 増"),
    ("0", "12", "件"): ("12", "件 増"),
    ("-3", "2", "点"): ("5", "点 増"),
    ("100", "-20", "万円"): ("120", "万円 減"),
    ("15", "40", "件"): ("167", "％ 増"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("numbers", CHANGES)
def test_the_change_in_words(cast: Cast, numbers: tuple[str, str, str]) -> None:
    del cast
    baseline, result, unit = numbers
    figure = replace(PAPER, baseline=Decimal(baseline), result=Decimal(result), unit=unit)
    assert describe_change(figure) == CHANGES[numbers]
    assert all(0 <= width <= 100 for width in bar_widths(figure))


@pytest.mark.one_database
@pytest.mark.parametrize("numbers", CHANGES)
def test_the_editor_and_the_pages_say_the_same(app: Flask, numbers: tuple[str, str, str]) -> None:
    baseline, result, unit = numbers
    figure = replace(PAPER, baseline=Decimal(baseline), result=Decimal(result), unit=unit)
    with app.test_request_context():
        card = describe_card(WrittenFigure(1, figure, 1, "", is_removed=False))
        view = show_figure(figure, today(), stale_months())
    assert card.view == view
    assert (view.change, view.change_unit) == CHANGES[numbers]


@pytest.mark.one_database
def test_writers_approvers_and_readers_are_shown_the_same_figures(
    app: Flask, client: FlaskClient, cast: Cast, signed_in: SignedIn
) -> None:
    with transaction():
        story = write_story(cast.a, cast.owner)
        for label, (baseline, result, unit) in zip("甲乙丙", list(CHANGES)[-3:], strict=True):
            add_figure(
                story,
                label,
                baseline=Decimal(baseline),
                result=Decimal(result),
                unit=unit,
                confirmed_by="総務課 榎本",
            )
    reads = [read_figures(signed_in(cast.owner), f"/stories/{story.id}/submit")]
    with transaction():
        publish(story, cast.cs)
    reads.append(read_figures(client, f"/stories/{story.id}"))
    with transaction():
        path = path_of(ask(story, cast, add_approver(story, cast.cs, email="another@a.example.jp")))
    reads.append(read_figures(open_page(app, path), path))
    assert len(reads[0]) == 3
    assert reads[0] == reads[1] == reads[2]
    assert all(word in reads[0][1] for word in ("変わる前", "120", "万円 減"))


def read_figures(client: FlaskClient, path: str) -> list[str]:
    """What the page says of each figure, with its bars."""
    found = BeautifulSoup(client.get(path).text, "html.parser").select(".claims .claim")
    return [f"{each.get_text(' ', strip=True)} {[bar['width'] for bar in each.select('rect')]}" for each in found]


def test_a_figure_taken_out_is_in_no_version(story: Story, cast: Cast) -> None:
    figure: StoryFigure = add_figure(story)
    figures.remove_figure(story, figure.id)
    db.session.flush()
    assert versions.read_content(story).figures == ()
    del cast
