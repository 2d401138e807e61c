"""kill -9 during a first start: what is there afterwards is nothing of the sample community or all of it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from community.config import ROOT
from community.demo.cast import read_people
from models.accounts import Account, Member
from models.health import AccountSnapshot
from models.ledger import PendingSignal, Signal
from models.notifications import NotificationRead
from tests.databases import BLANK, LOAD_SECONDS, Databases, plain_environment

# What a start does before it shows anything. It ends itself, without any warning, at the statement or the call given.
FIRST_START = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from community import demo
from community.__main__ import main

kill_at = sys.argv.pop(1)
number = 0

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def count(*_):
    global number
    number += 1
    if number == int(kill_at):
        kill()

def derive_and_die():
    derive()
    kill()

if kill_at.isdecimal():
    event.listen(Engine, "before_cursor_execute", count)
elif kill_at == "settling":
    demo.derive = kill
elif kill_at == "derived":
    derive, demo.derive = demo.derive, derive_and_die
main(["migrate"], standalone_mode=False)
main(["demo"], standalone_mode=False)
"""
NEVER = "never"


def first_start(environment: dict[str, str], kill_at: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_START, kill_at],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        timeout=LOAD_SECONDS,
        check=False,
    )
    return done.returncode


@contextmanager
def look_into(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def count(connection: sa.Connection, model: type) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.mark.long
@pytest.mark.timeout(10 * LOAD_SECONDS)
def test_a_first_start_killed_at_any_moment_leaves_nothing_and_the_next_one_loads_everything(
    database: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.new(database, BLANK)
    environment = plain_environment(data_dir=tmp_path / "data", database_url=url)
    # in the midst of the migrations; people; the forum; before and after what follows from it
    for kill_at in ("60", "400", "4000", "15000", "settling", "derived"):
        assert first_start(environment, kill_at) == -signal.SIGKILL, kill_at
        with look_into(url) as connection:
            if sa.inspect(connection).has_table(Member.__tablename__):
                found = [count(connection, model) for model in (Account, Member, Signal, AccountSnapshot)]
                assert found == [0, 0, 0, 0], kill_at
    assert first_start(environment, NEVER) == 0
    with look_into(url) as connection:
        assert count(connection, Member) == len(read_people())
        assert count(connection, PendingSignal) == 0
        assert count(connection, AccountSnapshot) > count(connection, Account)
        assert count(connection, NotificationRead) > 0
    verified = subprocess.run([sys.executable, "-m", "community", "verify"], cwd=ROOT, env=environment, check=False)
    assert verified.returncode == 0
