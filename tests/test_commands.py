"""The operator's commands, on databases of their own with real commits. `serve`: tests/test_first_start.py."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from community import __main__ as commands
from community import demo
from community.accounts.queries import get_member_by_email
from community.accounts.rules import can_sign_in, is_administrator
from community.app import create_app
from community.commands import accounts as of_accounts
from community.config import Config
from community.demo import Summary, list_logins
from community.demo.cast import read_people
from community.health.snapshot_checks import NOT_IN_RULES_1
from community.ledger.actions import record_signal
from community.search import actions as search
from community.signin.passwords import check_password
from models.accounts import Account, Member
from models.audit import AuditEntry
from models.base import db, transaction
from models.health import AccountScore, AccountSnapshot, DailyCount, Policy
from models.ledger import PendingSignal, SignalKind, SignalSequence
from models.notifications import Notification
from models.search import SearchDocument
from tests.cast import make_cast
from tests.databases import BLANK, EMPTY, LOAD_SECONDS, PRODUCTION, SAMPLE, Databases, plain_environment

# The first to ask for the sample community waits until it is loaded.
pytestmark = pytest.mark.timeout(2 * LOAD_SECONDS)

PASSWORD = "tsuki-to-sanpo-michi"
ANYWHERE = "0.0.0.0"  # noqa: S104  nothing is bound
AGREED = "The ledger, its projections and the snapshots agree.\n"


@dataclass
class Operator:
    """Runs commands, and looks into the database."""

    env: dict[str, str]
    apps: list[Flask] = field(default_factory=list)

    def run(self, *arguments: str, status: int = 0, typed: str | bytes = "") -> str:
        """Return the output of the command. `typed`: its standard input, which is no terminal."""
        done = CliRunner(env=self.env).invoke(commands.main, arguments, input=typed)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        assert done.exit_code == status, done.output
        return done.output

    def make_app(self, config: Config) -> Flask:
        """Return an application for the commands, kept so that its connections can be closed."""
        self.apps.append(create_app(config))
        return self.apps[-1]

    def create_admin(self, *, status: int = 0, **changes: str) -> str:
        given = {"email": "Kanda@Example.jp", "handle": "kanda", "password": PASSWORD, **changes}
        names = ["--family-name=神田", "--given-name=修", f"--handle={given['handle']}"]
        return self.run("create-admin", given["email"], *names, status=status, typed=given["password"])


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def sit_down(
    database: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Operator]]:
    """Return the operator of an installation whose database is a copy of this template."""
    operators: list[Operator] = []

    def sit_down(template: str) -> Operator:
        url = databases.new(database, template)
        operators.append(Operator(plain_environment(data_dir=tmp_path / "data", database_url=url)))
        monkeypatch.setattr(commands, "create_app", operators[-1].make_app)
        monkeypatch.setattr(of_accounts, "create_app", operators[-1].make_app)
        return operators[-1]

    yield sit_down
    for app in (app for operator in operators for app in operator.apps):
        with app.app_context():
            db.engine.dispose()


def test_migrate_makes_the_tables_and_the_first_policy_once(sit_down: Callable[[str], Operator]) -> None:
    operator = sit_down(BLANK)
    for _ in range(2):
        assert operator.run("migrate") == "The database is up to date.\n"
    with operator.apps[-1].app_context():
        assert (count(Policy), count(Member)) == (1, 0)


def test_create_admin_makes_somebody_who_can_come_in(sit_down: Callable[[str], Operator]) -> None:
    operator = sit_down(EMPTY)
    assert operator.create_admin().endswith("is an administrator.\n")
    with operator.apps[-1].app_context():
        admin = get_member_by_email("kanda@example.jp")
        assert admin is not None
        assert (admin.display_name, admin.handle) == ("神田 修", "kanda")
        assert is_administrator(admin)
        assert can_sign_in(admin)
        assert check_password(PASSWORD, admin.password_hash)
        assert db.session.scalars(sa.select(AuditEntry.action)).all() == ["member.create"]
    assert "with that address already" in operator.create_admin(email="kanda@example.jp", handle="other", status=1)
    assert "with that handle already" in operator.create_admin(email="other@example.jp", status=1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"email": "kanda"}, "@-sign"),
        ({"handle": "神田"}, "A handle is"),
        ({"handle": "admin"}, "A handle is"),
        ({"password": "kurz"}, "A password has 10 to 128 characters."),
        ({"password": "password12345"}, "the first that anybody would try"),
        ({"password": "kumihimo2026"}, "the first that anybody would try"),
    ],
)
def test_create_admin_refuses_what_the_pages_refuse(
    sit_down: Callable[[str], Operator], changes: dict[str, str], reason: str
) -> None:
    operator = sit_down(EMPTY)
    assert reason in operator.create_admin(status=1, **changes)
    with operator.apps[-1].app_context():
        assert count(Member) == 0


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_create_admin_takes_the_password_from_standard_input_without_a_prompt(
    sit_down: Callable[[str], Operator], end: str
) -> None:
    operator = sit_down(EMPTY)
    assert operator.create_admin(password=f" {PASSWORD} {end}") == "kanda@example.jp is an administrator.\n"
    with operator.apps[-1].app_context():
        admin = get_member_by_email("kanda@example.jp")
        assert admin is not None
        assert check_password(f" {PASSWORD} ", admin.password_hash)  # the line as it is, and nothing else


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("", "holds no password"), ("\n", "holds no password"), (f"{PASSWORD}\n{PASSWORD}\n", "more than one line")],
)
def test_create_admin_wants_one_line(sit_down: Callable[[str], Operator], typed: str, reason: str) -> None:
    assert reason in sit_down(EMPTY).create_admin(status=1, password=typed)


def test_create_admin_refuses_a_password_on_the_command_line(sit_down: Callable[[str], Operator]) -> None:
    operator = sit_down(EMPTY)
    for option in (("--password", PASSWORD), (f"--password={PASSWORD}",)):
        said = operator.run("create-admin", "kanda@example.jp", *option, status=1, typed=PASSWORD)
        assert "seen by everybody on this machine" in said
        assert PASSWORD not in said
    assert "--password" not in operator.run("create-admin", "--help")


def test_create_admin_takes_no_name_for_a_password_that_was_piped_in(sit_down: Callable[[str], Operator]) -> None:
    operator = sit_down(EMPTY)
    said = operator.run("create-admin", "kanda@example.jp", "--handle=kanda", status=2, typed=f"{PASSWORD}\n")
    assert "--family-name is missing" in said
    assert PASSWORD not in said


def test_create_admin_says_so_where_standard_input_is_no_text(sit_down: Callable[[str], Operator]) -> None:
    names = ("--family-name=神田", "--given-name=修", "--handle=kanda")
    said = sit_down(EMPTY).run("create-admin", "kanda@example.jp", *names, status=1, typed=b"\xff\xfe\x00")
    assert "not UTF-8" in said


@pytest.mark.parametrize("command", ["process-pending", "settle"])
def test_pending_signals_get_their_place(sit_down: Callable[[str], Operator], command: str) -> None:
    operator = sit_down(EMPTY)
    operator.run("migrate")
    with operator.apps[-1].app_context():
        with transaction():
            cast = make_cast(db.session)
            record_signal(SignalKind.MAIL_CLICKED, cast.owner, subject=("mailing", 7))
        assert (count(PendingSignal), count(SignalSequence)) == (1, 0)
    assert operator.run(command) == ""
    with operator.apps[-1].app_context():
        assert (count(PendingSignal), count(SignalSequence)) == (0, 1)


def test_demo_brings_the_sample_community_with_scores_that_agree(sit_down: Callable[[str], Operator]) -> None:
    operator = sit_down(SAMPLE)  # made by the command itself
    assert operator.run("verify") == AGREED
    with operator.apps[-1].app_context():
        assert count(Member) == len(read_people())
        assert count(PendingSignal) == 0
        assert count(AccountSnapshot) > count(Member)
        assert len(list_logins()) > 1


def test_what_was_there_before_the_search_can_be_found(sit_down: Callable[[str], Operator]) -> None:
    operator = sit_down(SAMPLE)
    operator.run("migrate")
    with operator.apps[-1].app_context(), transaction():
        number = count(SearchDocument)
        search.forget_everything()
    operator.run("migrate")
    with operator.apps[-1].app_context():
        assert count(SearchDocument) == number > count(Member)
    assert operator.run("reindex") == f"{number} things can be found.\n"


def test_migrate_mends_what_an_older_version_said_of_people(sit_down: Callable[[str], Operator]) -> None:
    """`audience` tokens of people once let every signed-in member find them, for ever."""
    operator = sit_down(SAMPLE)
    operator.run("migrate")
    known = sa.select(SearchDocument.thing_id, SearchDocument.audience, SearchDocument.visible_until)
    known = known.where(SearchDocument.kind == "member").order_by(SearchDocument.thing_id)
    with operator.apps[-1].app_context(), transaction():
        before = db.session.execute(known).all()
        of_people = sa.update(SearchDocument).where(SearchDocument.kind == "member")
        db.session.execute(of_people.values(audience="signed_in", visible_until=None))
    operator.run("migrate")
    with operator.apps[-1].app_context():
        assert db.session.execute(known).all() == before
        assert len({audience for _, audience, _ in before}) > 1


def test_demo_is_refused_beside_real_rows(sit_down: Callable[[str], Operator]) -> None:
    operator = sit_down(EMPTY)
    operator.create_admin()
    assert "Error" in operator.run("demo", status=1)
    with operator.apps[-1].app_context():
        assert count(Member) == 1


def test_a_sample_that_cannot_be_finished_is_not_begun(
    sit_down: Callable[[str], Operator], monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(_: date) -> Summary:
        make_cast(db.session)
        return Summary(1, 1, ("1 topic",), 1)

    def fail() -> None:
        assert count(Member) > 0
        raise OSError(28, "No space left on device")

    operator = sit_down(EMPTY)
    monkeypatch.setattr(demo, "load", load)
    monkeypatch.setattr(demo, "derive", fail)
    with pytest.raises(AssertionError, match="There is no space left"):
        operator.run("demo")
    with operator.apps[-1].app_context():
        assert count(Member) == 0


def test_verify_finds_what_was_tampered_with_and_rebuild_mends_projections(
    sit_down: Callable[[str], Operator],
) -> None:
    operator = sit_down(SAMPLE)
    operator.run("process-pending")
    with operator.apps[-1].app_context(), transaction():
        # What one snapshot needs does not depend on how many there are.
        newest = db.session.scalar(sa.select(sa.func.max(AccountSnapshot.day)))
        assert newest is not None
        # What the last three days may have fallen against stays, under the first rules, which look no farther back.
        # A score stays that of the last day of a contract, and says what was recorded thirty days before that.
        is_open = AccountSnapshot.account_id.in_(sa.select(Account.id).where(Account.contract_ended_on.is_(None)))
        older = AccountSnapshot.day < newest - timedelta(days=32)
        db.session.execute(sa.delete(AccountSnapshot).where(is_open, older))
        before = sa.update(AccountSnapshot).where(AccountSnapshot.day < newest - timedelta(days=2))
        db.session.execute(before.values(rules_version=1, **dict.fromkeys(NOT_IN_RULES_1)))
        counted = db.session.scalars(sa.select(DailyCount).limit(1)).one()
        counted.n += 1
        told = db.session.scalars(sa.select(Notification).limit(1)).one()
        db.session.delete(told)
        taken = sa.select(AccountSnapshot).where(AccountSnapshot.behavior > 0)
        snapshot = db.session.scalars(taken.order_by(AccountSnapshot.day.desc()).limit(1)).one()
        assert snapshot.behavior is not None
        snapshot.behavior += 0.5
        account_id, lost = snapshot.account_id, newest - timedelta(days=9)
        of_account = AccountSnapshot.account_id == account_id
        db.session.execute(sa.delete(AccountSnapshot).where(of_account, AccountSnapshot.day == lost))
        db.session.execute(sa.update(AccountScore).where(AccountScore.account_id == account_id).values(members=99))
        of_snapshots = [
            f"snapshot of account {account_id} on {lost}: missing",
            f"snapshot of account {account_id} on {snapshot.day}: cannot be computed again",
        ]
    health, notifications, *others, of_score = operator.run("verify", status=1).splitlines()
    assert health.startswith("health: 1 rows too many, 1 missing, of ")
    assert notifications.startswith("notifications: 0 rows too many, 1 missing, of ")
    assert others == of_snapshots
    assert of_score == f"score of account {account_id}: cannot be computed again"
    assert operator.run("rebuild", "notifications") == "Rebuilt: notifications\n"
    assert operator.run("rebuild") == "Rebuilt: health, notifications\n"
    assert operator.run("verify", status=1).splitlines() == of_snapshots


@pytest.fixture
def in_production(sit_down: Callable[[str], Operator]) -> Callable[[str], Operator]:
    """Return the same operator with a production installation."""

    def sit_down_in_production(template: str) -> Operator:
        operator = sit_down(template)
        operator.env |= {f"TSUDOI_{name.upper()}": value for name, value in PRODUCTION.items()}
        return operator

    return sit_down_in_production


def test_production_takes_no_sample_community(in_production: Callable[[str], Operator]) -> None:
    operator = in_production(EMPTY)
    assert "not for production" in operator.run("demo", status=1)
    with operator.make_app(Config(**PRODUCTION, database_url=operator.env["TSUDOI_DATABASE_URL"])).app_context():
        assert count(Member) == 0


def test_migrate_says_that_a_production_database_began_as_the_sample(in_production: Callable[[str], Operator]) -> None:
    said = in_production(SAMPLE).run("migrate")
    assert "production lets none" in said
    assert "The database is up to date." in said
    assert "musubu-kumihimo" not in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("environment", "host", "words"),
    [
        ("development", ANYWHERE, "can sign in as these people, the administrator too"),
        ("development", "::", "can sign in as these people, the administrator too"),
        ("development", "192.168.1.5", "can sign in as these people, the administrator too"),
        ("production", ANYWHERE, "let nobody but the proxy reach that port"),
        ("production", "127.0.0.1", "began as the sample community"),
    ],
)
def test_serve_warns_of_who_can_come_in(
    sit_down: Callable[[str], Operator], monkeypatch: pytest.MonkeyPatch, environment: str, host: str, words: str
) -> None:
    operator = sit_down(SAMPLE)
    if environment == "production":
        operator.env |= {f"TSUDOI_{name.upper()}": value for name, value in PRODUCTION.items()}
    monkeypatch.setattr(commands.supervisor, "refuse_taken_port", lambda *_: None)
    monkeypatch.setattr(commands.supervisor, "answers", lambda *_: True)
    monkeypatch.setattr(commands.supervisor, "supervise", lambda _, when_up: when_up())
    said = operator.run("serve", "--host", host)
    assert words in said
    assert ("musubu-kumihimo" in said) is (environment == "development")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_serve_in_production_begins_empty_and_names_the_public_address(
    in_production: Callable[[str], Operator], monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = in_production(BLANK)
    monkeypatch.setattr(commands.supervisor, "refuse_taken_port", lambda *_: None)
    monkeypatch.setattr(commands.supervisor, "answers", lambda *_: True)
    monkeypatch.setattr(commands.supervisor, "supervise", lambda _, when_up: when_up())
    said = operator.run("serve", "--port", "8001")
    assert f"Tsudoi is at {PRODUCTION['public_url']}/ (the proxy's way: http://localhost:8001)" in said
    assert "create-admin" in said
    with operator.apps[-1].app_context():
        assert count(Member) == 0
