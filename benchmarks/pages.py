"""What pages cost in comparison with a bare Flask view: `python -m benchmarks.pages --posts 10000 [--database-url …]`.

CPU ms for a request, of the one process and of its PostgreSQL backend, medians of all rounds; every page is requested
once a round. Without an address it fills a temporary PostgreSQL; a given database is filled if it is empty.
"""

import argparse
import json
import time
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from benchmarks.bare import make_bare_app
from benchmarks.databases import application
from benchmarks.fill import add_sizes, fill, sizes_of
from benchmarks.measuring import Case, ask_for, measure, said
from benchmarks.people import POSTS_A_TOPIC, Sizes
from blueprints.joining.terms import ASKED_AT
from community.signin import sign_ins
from models.accounts import Account, AccountKind, Member, StaffRole
from models.base import db, transaction
from models.forums import Audience, Category, Topic

BARE = "bare view, 20 posts"
# The yardstick of figures up to November 2026, which loaded more than it shows (benchmarks/bare.py).
BARE_AS_IT_WAS = "bare view as it was"
MOST_BYTES, MOST_QUERIES = 60_000, 8


def list_cases(app: Flask) -> list[Case]:
    """Return the cases, the bare view first; the limits are those of the issue, in times the bare view."""
    bare = make_bare_app(str(app.config["SQLALCHEMY_DATABASE_URI"]), str(app.config["SECRET_KEY"]))
    topic, category = find_topic()
    member, staff = member_of(None), member_of(StaffRole.CS)
    account = db.session.scalar(sa.select(sa.func.min(Account.id)).where(Account.kind == AccountKind.CUSTOMER))
    customer, cs = signed_in(app, member), signed_in(app, staff)
    there = f"/forums/topics/{topic}"
    return [
        Case(BARE, bare, ask_for(f"/topics/{topic}", signed_in(bare, member))),
        Case(BARE_AS_IT_WAS, bare, ask_for(f"/as-it-was/topics/{topic}", signed_in(bare, member))),
        Case("topic, signed in", app, ask_for(there, customer), 2.0),
        Case("topic, guest", app, ask_for(there), 0.3),
        Case("category, signed in", app, ask_for(f"/forums/c/{category}", customer), 3.0),
        Case("category, guest", app, ask_for(f"/forums/c/{category}"), 0.3),
        Case("forum's front, signed in", app, ask_for("/forums", customer), 3.0),
        Case("home, signed in", app, ask_for("/", customer), 3.0),
        Case("home, guest", app, ask_for("/"), 0.3),
        Case("account, CS", app, ask_for(f"/accounts/{account}", cs), 3.0),
        Case("accounts, CS", app, ask_for("/accounts", cs), 3.0),
        Case("accounts as a table, CS", app, ask_for("/accounts?view=table", cs), 3.0),
    ]


def find_topic() -> tuple[int, str]:
    """Return the id of a full public topic from the middle of the period."""
    chosen = sa.select(Topic.id, Category.slug).join(Category, Category.id == Topic.category_id)
    full = chosen.where(Category.readers == Audience.PUBLIC, Topic.last_position == POSTS_A_TOPIC).order_by(Topic.id)
    middle = (db.session.scalar(sa.select(sa.func.max(Topic.id))) or 0) // 2
    topic, category = db.session.execute(full.where(Topic.id >= middle).limit(1)).one()
    return topic, category


def member_of(role: StaffRole | None) -> Member:
    chosen = sa.select(Member).where(Member.staff_role == role if role else Member.staff_role.is_(None))
    return db.session.scalars(chosen.order_by(Member.id).limit(1)).unique().one()


def signed_in(app: Flask, member: Member) -> str:
    """Return the cookie of a member who has signed in, has seen a form, and has just been asked about terms."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None  # noqa: S101  there is a secret
    with transaction():
        member.sign_in_key = sign_ins.begin(member, "benchmark").key
    said = {
        "_user_id": member.get_id(),
        "_fresh": False,  # or Flask-Login would say so at each request, and every answer would bring a new cookie
        "csrf_token": "0123456789abcdef0123456789abcdef01234567",
        ASKED_AT: int(time.time()),
    }
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(said)}"


def report(cases: list[Case]) -> None:
    bare, as_it_was = cases[0].cost, cases[1].cost
    print(
        f"{'page':28}{'server':>8}{'database':>10}{'sum':>8}{'× bare':>8}{'limit':>7}{'':>4}{'× was':>8}"
        f"{'queries':>9}{'bytes':>9}"
    )
    for case in cases:
        ratio = case.cost / bare
        verdict = "" if case.limit is None else said(met=ratio <= case.limit)
        server, database = (sorted(spent)[len(spent) // 2] for spent in (case.server, case.database))
        limit = "" if case.limit is None else f"{case.limit:.1f}"
        print(
            f"{case.name:28}{server:8.2f}{database:10.2f}{case.cost:8.2f}{ratio:8.2f}{limit:>7}{verdict:>4}"
            f"{case.cost / as_it_was:8.2f}{case.statements:9}{case.length:9}"
        )
    topic = cases[2]
    print(f"topic, signed in: at most {MOST_QUERIES} queries: {said(met=topic.statements <= MOST_QUERIES)}")
    print(f"topic, signed in: less than {MOST_BYTES} bytes of HTML: {said(met=topic.length < MOST_BYTES)}")


def compare(cases: list[Case], file: Path, most: float = 1.3) -> None:
    """Compare with the figures of a run with another size, each in times its own bare view."""
    before = json.loads(file.read_text())
    for case in cases[2:]:
        growth = (case.cost / cases[0].cost) / (before[case.name] / before[BARE])
        print(f"{case.name:28}{growth:8.2f} × its share in {file.name}: {said(met=growth <= most)}")


def fill_if_empty(sizes: Sizes) -> None:
    if not db.session.scalar(sa.select(sa.func.count()).select_from(Member)):
        db.session.rollback()
        began = time.monotonic()
        fill(sizes)
        print(f"filled in {time.monotonic() - began:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url")
    parser.add_argument("--sqlite", action="store_true", help="a temporary SQLite instead of a PostgreSQL")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--save", type=Path, help="keep the figures, for --beside of another run")
    parser.add_argument("--beside", type=Path, help="figures of another size: say how much dearer pages have become")
    add_sizes(parser)
    given = parser.parse_args()
    with application(given.database_url, "sqlite" if given.sqlite else "postgresql") as app:
        with app.app_context():
            fill_if_empty(sizes_of(given))
            cases = list_cases(app)
        measure(cases, given.rounds)
        report(cases)
        if given.save:
            given.save.write_text(json.dumps({case.name: case.cost for case in cases}, indent=1))
        if given.beside:
            compare(cases, given.beside)


if __name__ == "__main__":
    main()
