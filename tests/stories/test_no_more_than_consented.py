"""Nothing is shown beyond consent: a word of its own in each field is looked for in everything that readers are sent.

Random consents, versions, edits, ends and acts; a book kept by hand says which words a reader may find, and those the
page of the story must show.
"""

import contextlib
import gzip
import html
import json
import re
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, current_app
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from community.files import actions as files
from community.moderation import actions as moderation
from community.stories import queries, rules
from community.stories.approval import approvals, withdrawals
from community.stories.approval.answers import AnswerClosedError
from community.stories.publishing import publication
from community.stories.turns.turns import WrongStateError
from community.stories.versions import versions
from community.stories.versions.content import QUESTIONS
from community.stories.workflow import submission, workflow
from models.base import db, today, transaction
from models.mail import Mail
from models.moderation import RemovalReason
from models.stories import (
    ApprovalAnswer,
    CommentAudience,
    ConsentUse,
    Story,
    StoryApproval,
    StoryComment,
    StoryPart,
    StoryPartName,
    StoryState,
)
from tests.cast import Cast
from tests.files import samples
from tests.skips import find_program
from tests.stories.asking import answer, ask
from tests.stories.telling import FOREVER, add_approver, add_figure, consent, write_story

pytestmark = pytest.mark.one_database  # which rows permit what is tested on both with permits and the index

SignIn = Callable[..., FlaskClient]
READERS = ("guest", "prospect", "stranger", "colleague")
MEMBERS = frozenset(READERS) - {"guest", "prospect"}
ANSWERS = tuple(name.value for name in QUESTIONS)
ALWAYS = frozenset({"title", "lead", "tries", "label", "method", "period", "alt", *ANSWERS})
NAMES = frozenset({"firm", "person", "confirmed"})
NEVER = ("draft", "remark", "aside", "approver", "evidence")
# What is not shown is not found either.
SEARCHED = ("title", "result", "quote", "firm", "person", "confirmed", "draft", "remark", "approver")
SERIAL = count(1)

ENDS = st.sampled_from([None, -1, 0, 1, 40])  # days from today; None: without end
USES = (ConsentUse.PUBLIC_WEB, ConsentUse.MEMBERS, ConsentUse.LOGO, ConsentUse.QUOTE)
CONSENTS = st.fixed_dictionaries({}, optional=dict.fromkeys(USES, ENDS))
REAL_ACTS = ("edit", "withdraw members", "withdraw logo", "withdraw by link", "no", "withdraw", "begin again", "hide")
ACTS = st.lists(st.sampled_from(REAL_ACTS), max_size=2, unique=True)


@dataclass
class Told:
    """A story, the words of its fields, and by hand what is allowed until which day from today."""

    story: Story
    words: dict[str, str]
    allowed: dict[ConsentUse, int | None]
    picture: str
    # The request that was answered about the version that is published.
    approval: StoryApproval
    is_down: bool = False

    def may_find(self, reader: str, days: int = 0) -> set[str]:
        """Return the names of the fields whose words the reader may find, so many days from today."""
        uses = {use for use, end in self.allowed.items() if end is None or end >= days}
        reading = {ConsentUse.PUBLIC_WEB} | ({ConsentUse.MEMBERS} if reader in MEMBERS else set())
        if self.is_down or not uses & reading:
            return set()
        found = set(ALWAYS)
        if ConsentUse.LOGO in uses:
            found |= NAMES
        return found | ({"quote"} if ConsentUse.QUOTE in uses else set())


def tell(cast: Cast, allowed: dict[ConsentUse, int | None]) -> Told:
    """Publish a story of the owner's with a word of its own in each field, consented to as `allowed` says."""
    serial = next(SERIAL)
    fields = (*ALWAYS, *NAMES, *NEVER, "quote")
    words = {name: f"{name}kanaria{serial:05d}x" for name in fields}
    with transaction():
        picture = files.store_file(cast.owner, samples.upload())
        bodies = {name: f"{words[name]} のことです。" for name in ANSWERS}
        bodies["use"] += f"\n\n![{words['alt']}](/files/{picture.key})"
        company, family = cast.a.name, cast.owner.family_name
        cast.a.name, cast.owner.family_name = f"株式会社{words['firm']}", words["person"]
        story = write_story(cast.a, cast.owner, f"{words['title']} をやめた。", **bodies)
        _reword(story, "lead", words["lead"])
        _reword(story, "quote", words["quote"])
        _reword(story, "tries", f"{words['tries']}｜5分")
        add_figure(
            story, words["label"], method=words["method"], period=words["period"], confirmed_by=words["confirmed"]
        )
        version = versions.freeze(story, cast.owner)
        cast.a.name, cast.owner.family_name = company, family
        approver = add_approver(story, cast.cs)
        approver.name = words["approver"]
        until = {use: None if end is None else today() + timedelta(days=end) for use, end in allowed.items()}
        approval = consent(version, cast.owner, approver, until)
        story.published_version_id, story.published_at = version.id, version.created_at
        story.state = StoryState.PUBLISHED
        for name, audience in (("remark", CommentAudience.SHARED), ("aside", CommentAudience.STAFF)):
            db.session.add(
                StoryComment(
                    story_id=story.id,
                    author_id=cast.cs.id,
                    audience=audience,
                    body=words[name],
                    html=f"<p>{words[name]}</p>",
                )
            )
        part = db.session.query(StoryPart).filter_by(story_id=story.id, name=StoryPartName.USE).one()
        files.attach([picture.key], cast.owner, part)
        publication.follow_change(story)
    return Told(story, words, dict(allowed), picture.key, approval)


def do(act: str, told: Told, cast: Cast) -> None:
    """Do it as it is done, and write into the book what it ends; nothing happens where it cannot be done any more."""
    with contextlib.suppress(WrongStateError, AnswerClosedError), transaction():
        _do(act, queries.load_with_people(told.story.id), told, cast)


def _do(act: str, story: Story, told: Told, cast: Cast) -> None:
    if act == "edit":
        workflow.begin_update(story, cast.owner)
        for name in StoryPartName:
            _reword(story, name.value, told.words["draft"])
        wishes = submission.list_published_wishes(story)
        submission.submit(story, cast.owner, wishes, seen=submission.read_proof(story).seen)
    elif act == "hide":
        moderation.remove(story, cast.community_manager, RemovalReason.CONFIDENTIAL)
        told.is_down = True
    elif act == "no":
        if rules.can_ask_approvers(cast.cs, story):
            newest = ask(story, cast, told.approval.approver)
            answer(newest, ApprovalAnswer.DECLINED, note="今回は見送ります。")
            if newest.version_id == told.approval.version_id:  # of another text it was said, else
                told.allowed.clear()
    elif act == "withdraw by link":
        request = approvals.get_by_token(approvals.token_of(told.approval))
        assert request is not None
        withdrawals.withdraw_by_link(request, {ConsentUse.MEMBERS})
        told.allowed.pop(ConsentUse.MEMBERS, None)
    elif act in {"withdraw", "begin again"}:
        workflow.withdraw_story(story, cast.owner, "")
        if act == "begin again":
            workflow.begin_again(story, cast.owner)
            submission.submit(story, cast.owner, FOREVER, seen=submission.read_proof(story).seen)
        told.allowed.clear()
    else:
        use = ConsentUse.MEMBERS if act == "withdraw members" else ConsentUse.LOGO
        withdrawals.withdraw_uses(story, {use}, cast.owner)
        told.allowed.pop(use, None)


def _reword(story: Story, name: str, text: str) -> None:
    db.session.query(StoryPart).filter_by(story_id=story.id, name=name).one().body = text
    db.session.flush()


# --- what readers are sent


def list_outputs(told: Told, cast: Cast, searched: Iterable[str] = SEARCHED) -> list[str]:
    story, owner = told.story.id, cast.owner.handle
    return [
        "/",
        "/stories",
        "/stories?stale=1&page=2",
        f"/stories/{story}",
        f"/stories/{story}/desk",
        f"/stories/{story}/versions",
        f"/stories/{story}/write",
        f"/stories/{story}/submit",
        f"/stories/{story}/approvers",
        f"/stories/{story}/placements",
        f"/forums/topics/new?origin_kind=story&origin_id={story}",
        f"/moderation/story/{story}/remove",
        "/stories/library",
        "/stories/review",
        "/stories/mine",
        f"/people/{owner}",
        "/company",
        "/notifications",
        "/me/export",
        *(f"/search?q={told.words[name]}" for name in searched),
        f"/search?q={told.words['title']}&only=story",
    ]


def read(client: FlaskClient, path: str, led_to: set[str] | None = None) -> str:
    """What the answer says, whether compressed, escaped or written as JSON, without what was asked for.

    A page that many paths lead to, as that of signing in, is fetched once: `led_to` are those that were.
    """
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    said = ""
    while answer.status_code in {301, 302, 303, 307, 308}:
        said, to = said + answer.location, answer.location.partition("?")[0]
        if led_to is not None and to in led_to:
            return said
        (led_to if led_to is not None else set()).add(to)
        answer = client.get(answer.location, headers={"Accept-Encoding": "gzip"})
    return said + _decode(answer, path)


def _decode(answer: TestResponse, path: str) -> str:
    data = answer.get_data()
    if answer.headers.get("Content-Encoding") == "gzip":
        data = gzip.decompress(data)
    said = html.unescape(data.decode(errors="replace"))
    unmarked = re.sub(r"</?(?:mark|wbr)[^>]*>", "", said)
    escaped = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), unmarked)
    asked = re.search(r"[?&]q=(\w+)", path)
    return escaped.replace(asked[1], "", _times_asked(escaped, asked[1])) if asked else escaped


def _times_asked(said: str, word: str) -> int:
    """How often a page of search results repeats the word that was asked for: in its head, its form and its links."""
    hits = re.search(r"<(?:ol|ul|div|section)[^>]*class=\"[^\"]*\b(?:hits|results)\b.*", said, re.DOTALL)
    return said.count(word) - (hits[0].count(word) if hits else 0)


def found_in(told: Told, said: str) -> set[str]:
    return {name for name, word in told.words.items() if word in said}


def list_sent_to_others(told: Told) -> Iterator[str]:
    """Every mail that is not to the story's author."""
    for mail in db.session.scalars(sa.select(Mail).where(Mail.member_id.is_not(None))):
        if mail.member_id != told.story.author_id:
            yield f"{mail.subject}\n{mail.text}\n{mail.html}"


# --- the property


@example(allowed={ConsentUse.MEMBERS: None, ConsentUse.LOGO: None}, acts=["edit", "withdraw members"])
@example(allowed={ConsentUse.PUBLIC_WEB: 0, ConsentUse.LOGO: -1, ConsentUse.QUOTE: -1}, acts=[])
@example(allowed=dict.fromkeys(USES), acts=["edit", "withdraw logo"])
@example(allowed={ConsentUse.MEMBERS: 1, ConsentUse.LOGO: None, ConsentUse.QUOTE: None}, acts=["begin again"])
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(allowed=CONSENTS, acts=ACTS)
def test_readers_find_what_is_consented_to_and_nothing_else(
    app: Flask, cast: Cast, signed_in: SignIn, allowed: dict[ConsentUse, int | None], acts: list[str]
) -> None:
    told = tell(cast, allowed)
    clients = {name: app.test_client() if name == "guest" else signed_in(getattr(cast, name)) for name in READERS}
    if acts:
        # So that every page that is kept for guests has been kept, and what is kept in memory for members; of searches
        # nothing is kept.
        look(told, cast, {name: clients[name] for name in ("guest", "colleague")}, searched=())
    for act in acts:
        do(act, told, cast)
    look(told, cast, clients)


def look(
    told: Told, cast: Cast, clients: dict[str, FlaskClient], days: int = 0, searched: Collection[str] = SEARCHED
) -> None:
    """Fetch everything as everybody, and compare with the book."""
    for reader, client in clients.items():
        may, led_to = told.may_find(reader, days), set[str]()
        said = {path: read(client, path, led_to) for path in list_outputs(told, cast, searched)}
        for path, text in said.items():
            found = found_in(told, text)
            assert found <= may, (reader, path, found - may, told.allowed)
        page = f"/stories/{told.story.id}"
        assert found_in(told, said[page]) == may, (reader, told.allowed)
        with client.get(f"{page}/pictures/{told.picture}") as picture:
            assert (picture.status_code == 200) == bool(may), (reader, "picture")
        with client.get(f"/files/{told.picture}") as file:
            assert file.status_code == 404, (reader, "file")
        for name in searched:
            hits = said[f"/search?q={told.words[name]}"]
            assert (f"/stories/{told.story.id}" in hits) == (name in may), (reader, "search", name)
    for said in list_sent_to_others(told):
        assert found_in(told, said) == set()


def test_what_ended_at_midnight_is_gone_a_minute_later(app: Flask, cast: Cast) -> None:
    zone = current_app.config["COMMUNITY_ZONE"]
    with time_machine.travel(datetime(2026, 3, 31, 23, 58, tzinfo=zone), tick=False) as clock:
        told = tell(cast, {ConsentUse.PUBLIC_WEB: 0, ConsentUse.LOGO: None, ConsentUse.QUOTE: None})
        guest = {"guest": app.test_client()}
        look(told, cast, guest)
        clock.move_to(datetime(2026, 3, 31, 23, 59, 59, tzinfo=zone))
        look(told, cast, guest)
        assert told.may_find("guest") == ALWAYS | NAMES | {"quote"}
        clock.move_to(datetime.combine(today() + timedelta(days=1), time(0, 1), zone))
        look(told, cast, guest, days=1)
        assert told.may_find("guest", days=1) == set()


# --- what is drawn


@pytest.mark.needs("tesseract")
@pytest.mark.parametrize("names", [{ConsentUse.LOGO: None}, {}], ids=["named", "unnamed"])
def test_the_share_image_names_nobody_who_may_not_be_named(
    app: Flask, cast: Cast, tmp_path: Path, names: dict[ConsentUse, None]
) -> None:
    company = cast.a.name
    with transaction():
        cast.a.name = "株式会社WALRUS工業"
        story = write_story(cast.a, cast.owner, "GIRAFFE の点検表をやめた。")
        version = versions.freeze(story, cast.owner)
        cast.a.name = company
        consent(version, cast.owner, add_approver(story, cast.cs), {ConsentUse.PUBLIC_WEB: None, **names})
        story.published_version_id, story.published_at = version.id, version.created_at
        publication.follow_change(story)
    with app.test_client().get(f"/stories/{story.id}/share.png") as answer:
        assert answer.status_code == 200
        picture = tmp_path / "share.png"
        picture.write_bytes(answer.get_data())
    done = subprocess.run(
        [find_program("tesseract") or "tesseract", str(picture), "-", "-l", "jpn+eng", "--psm", "11"],
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout.replace(" ", "").upper()
    assert "GIRAFFE" in said
    assert ("WALRUS" in said) == bool(names)


def test_what_machines_read_of_a_public_story_names_nobody_without_consent(app: Flask, cast: Cast) -> None:
    told = tell(cast, {ConsentUse.PUBLIC_WEB: None})
    page = app.test_client().get(f"/stories/{told.story.id}").text
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert told.words["title"] in data["headline"]
    assert "author" not in data
