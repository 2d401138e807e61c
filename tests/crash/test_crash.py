"""kill -9 at any moment: every acknowledged act has exactly one signal, every reader agrees with a rebuild."""

import random
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from community.signin.passwords import SAMPLE_PASSWORD
from models.forums import Post, Topic
from models.ledger import PendingSignal, Signal, SignalKind, SignalSequence
from models.projections import Projection
from tests.crash.visitor import Visitor
from tests.processes import Installation, Part

PEOPLE = ("saeki@kitahama.example.jp", "tadokoro@tomoura.example.jp", "koga@yuime-lab.example.jp")
KILL_CHANCE = 0.12
# An act that was not acknowledged is sent again, as a person would press the button again.
SEND_AGAIN_SECONDS = 90
PROCESSED_SECONDS = 90


@pytest.fixture(params=["embedded", "production"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    several = 2 if request.param == "production" else 1
    with Installation(request.param, tmp_path, webs=several, workers=several, demo=True) as running:
        yield running


@pytest.mark.timeout(600)
def test_no_act_is_lost_or_doubled(installation: Installation) -> None:
    act_and_kill(installation, acts=40, seed=1)


@pytest.mark.long
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("seed", [2, 3])
def test_no_act_is_lost_or_doubled_in_a_long_run(installation: Installation, seed: int) -> None:
    act_and_kill(installation, acts=300, seed=seed)


def act_and_kill(installation: Installation, acts: int, seed: int) -> None:
    chance = random.Random(seed)
    visitors = [
        Visitor(installation.url(n % installation.webs), email, SAMPLE_PASSWORD) for n, email in enumerate(PEOPLE)
    ]
    with installation.database() as database:
        topic = database.scalar(sa.select(sa.func.max(Topic.id)).where(Topic.hidden_at.is_(None)))
    keys = [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(acts)]
    for number, key in enumerate(keys):
        fields = {"body": f"{number}通目の返信です。", "form_key": key}
        if chance.random() < KILL_CHANCE:
            kill_something(installation, chance)
        reply_until_acknowledged(chance.choice(visitors), f"/forums/topics/{topic}/posts", fields)
    kill_something(installation, chance)
    installation.wait_until_up()
    wait_until_caught_up(installation)
    check_acts(installation, keys)
    assert "agree" in installation.command("verify")


def kill_something(installation: Installation, chance: random.Random) -> None:
    """Web, worker or both, with no more warning than a power cut; in production any of the several."""
    parts: tuple[tuple[Part, ...], ...] = (("web",), ("worker",), ("web", "worker"))
    for part in chance.choice(parts):
        installation.kill(part, chance.randrange(installation.webs if part == "web" else installation.workers))


def reply_until_acknowledged(visitor: Visitor, path: str, fields: dict[str, str]) -> None:
    deadline = time.monotonic() + SEND_AGAIN_SECONDS
    while not visitor.send(path, fields):
        assert time.monotonic() < deadline, "the web process does not come back"
        time.sleep(0.2)


def wait_until_caught_up(installation: Installation) -> None:
    deadline = time.monotonic() + PROCESSED_SECONDS
    while True:
        with installation.database() as database:
            waiting = database.scalar(sa.select(sa.func.count()).select_from(PendingSignal))
            newest = database.scalar(sa.select(sa.func.max(SignalSequence.seq)))
            read = database.scalars(sa.select(Projection.position)).all()
        if waiting == 0 and set(read) == {newest}:
            return
        assert time.monotonic() < deadline, f"{waiting} wait, newest {newest}, read {read}\n{installation.logs()}"
        time.sleep(0.5)


def check_acts(installation: Installation, keys: list[str]) -> None:
    """One post for each key, one signal for each post, one place for each signal, no gap between places."""
    with installation.database() as database:
        posts = dict(database.execute(sa.select(Post.form_key, Post.id).where(Post.form_key.in_(keys))).all())
        assert set(posts) == set(keys)
        signals = database.scalars(
            sa.select(Signal.subject_id).where(
                Signal.kind == SignalKind.REPLY_POSTED, Signal.subject_kind == "post", Signal.root_id.is_(None)
            )
        ).all()
        of_ours = [subject for subject in signals if subject in set(posts.values())]
        assert sorted(of_ours) == sorted(posts.values())
        every_reply = database.scalars(sa.select(Post.id).where(Post.position > 1)).all()
        assert sorted(signals) == sorted(every_reply)
        count = database.scalar(sa.select(sa.func.count()).select_from(Signal))
        places = database.scalars(sa.select(SignalSequence.seq).order_by(SignalSequence.seq)).all()
        assert places == list(range(1, (count or 0) + 1))
