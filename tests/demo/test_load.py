"""The sample community in a database: through the real actions, the same rows for the same day."""

from collections.abc import Callable, Iterator
from datetime import datetime, time

import pytest
import sqlalchemy as sa
from flask import Flask

from community import demo
from community.app import create_app
from community.forums.queries import get_viewer
from community.forums.rules import can_post_in, can_read_category
from community.forums.sample.conversations import read_conversations
from community.notifications.rules import is_news
from community.signin.passwords import SAMPLE_PASSWORD, check_password
from models.accounts import Account, Member
from models.audit import AuditEntry, AuditText
from models.base import db, transaction
from models.forums import Category, Post, Topic
from models.health import AccountScore, AccountSnapshot, Policy
from models.ledger import Signal, SignalKind
from models.moderation import Removal
from models.notifications import Bell, NotificationRead, Watch
from models.projections import ProjectionLease
from models.public import PublicVersion
from models.search import SearchDocument
from tests.cast import Cast
from tests.conftest import DATABASES
from tests.databases import COMMUNITY_ZONE, LOAD_SECONDS, SAMPLE, Databases, make_config, sample_day
from tests.never_changed import list_named, list_texts

# The first to ask for the sample community waits until it is loaded.
pytestmark = pytest.mark.timeout(2 * LOAD_SECONDS)

# Columns that depend on when the rows were written; hashes, which are salted; ids of watches, since PostgreSQL uses one
# up for a watch that exists already.
NOT_COMPARED = {
    Member.__tablename__: {"password_hash"},
    Signal.__tablename__: {"recorded_at"},
    AuditEntry.__tablename__: {"at", "text_hash"},
    AuditText.__tablename__: {"salt"},
    Watch.__tablename__: {"id"},
    Policy.__tablename__: {"published_at"},
    AccountScore.__tablename__: {"scored_at"},
    AccountSnapshot.__tablename__: {"taken_at"},
    NotificationRead.__tablename__: {"at"},
    Bell.__tablename__: {"version"},
    ProjectionLease.__tablename__: {"until"},
    PublicVersion.__tablename__: {"version"},
    SearchDocument.__tablename__: {"lexemes"},  # of PostgreSQL alone
}


@pytest.fixture(scope="module")
def samples(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Flask]]:
    """A database of each kind with the sample community, by the operator's command; tests only read them."""
    apps: dict[str, Flask] = {}

    def get(kind: str) -> Flask:
        if kind not in apps:
            config = make_config(tmp_path_factory.mktemp("sample"), databases.new(kind, SAMPLE))
            apps[kind] = create_app(config)
        return apps[kind]

    yield get
    for app in apps.values():
        dispose(app)


@pytest.fixture(params=DATABASES)
def loaded(request: pytest.FixtureRequest, samples: Callable[[str], Flask]) -> Flask:
    return samples(request.param)


def dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def content() -> list[str]:
    """Return every row of every table without `NOT_COMPARED`, sorted here and not by a database's collation."""
    found: list[str] = []
    for table in db.metadata.sorted_tables:
        left_out = NOT_COMPARED.get(table.name, set[str]())
        for row in db.session.execute(sa.select(*(c for c in table.columns if c.name not in left_out))):
            values = row._asdict()
            if values.get("reverses_id") is not None:
                values["occurred_at"] = None  # removals are dated back, the reversals that they write are of now
            found.append(f"{table.name} {values}")
    return sorted(found)


def test_it_has_the_size_it_says(loaded: Flask) -> None:
    with loaded.app_context():
        assert (count(Account), count(Member), count(Topic)) == (64, 397, len(read_conversations()))
        assert count(Post) == sum(len(talk.posts) for talk in read_conversations())
        assert count(Topic) >= 50


def test_everything_happened_before_that_day_and_within_two_years(loaded: Flask) -> None:
    morning = datetime.combine(sample_day(), time.min, COMMUNITY_ZONE)
    with loaded.app_context():
        acts = db.session.scalars(sa.select(Signal.occurred_at).where(Signal.root_id.is_(None))).all()
        assert max(acts) < morning
        assert (morning - min(acts)).days <= 730
        for written in (Post.created_at, Topic.last_post_at, Topic.accepted_at, Removal.removed_at, Watch.since):
            latest = db.session.scalar(sa.select(sa.func.max(written)))
            assert latest is not None
            assert latest < morning, written


def test_posts_and_acts_agree(loaded: Flask) -> None:
    with loaded.app_context():
        by_kind = dict(
            db.session.execute(
                sa.select(Signal.kind, sa.func.count()).where(Signal.root_id.is_(None)).group_by(Signal.kind)
            ).all()
        )
        assert by_kind[SignalKind.TOPIC_OPENED] == count(Topic)
        assert by_kind[SignalKind.TOPIC_OPENED] + by_kind[SignalKind.REPLY_POSTED] == count(Post)
        solved = db.session.scalar(sa.select(sa.func.count()).where(Topic.accepted_post_id.is_not(None)))
        assert by_kind[SignalKind.ANSWER_ACCEPTED] + by_kind.get(SignalKind.ANSWER_ACCEPTED_INSIDE, 0) == solved
        assert by_kind[SignalKind.SEMINAR_ATTENDED] > 0
        assert by_kind[SignalKind.MAIL_CLICKED] > 0


def test_authors_may_write_where_they_wrote(loaded: Flask) -> None:
    with loaded.app_context():
        wrote = sa.select(Member, Category, Post.position).join(Post, Post.author_id == Member.id)
        wrote = wrote.join(Topic, Topic.id == Post.topic_id).join(Category, Category.id == Topic.category_id)
        for author, category, position in db.session.execute(wrote).unique():
            viewer = get_viewer(author)
            assert can_read_category(viewer, category), (author.handle, category.slug)
            assert position > 1 or can_post_in(viewer, category), (author.handle, category.slug)


def test_the_sales_pitch_and_the_childrens_names_are_gone_and_their_acts_with_them(loaded: Flask) -> None:
    with loaded.app_context():
        of_posts = sa.select(Removal).where(Removal.item_kind == "post").order_by(Removal.removed_at)
        removals = db.session.scalars(of_posts).all()
        assert [removal.reason for removal in removals] == ["personal_data", "spam"]
        for removal in removals:
            post = db.session.get_one(Post, removal.item_id)
            assert post.hidden_at == removal.removed_at
            about = sa.select(Signal).where(Signal.subject_kind == "post", Signal.subject_id == post.id)
            acts = db.session.scalars(about.order_by(Signal.id))
            assert [act.root_id is None for act in acts] == [True, False]


def test_all_of_it_is_history_that_nobody_is_mailed_of(loaded: Flask) -> None:
    with loaded.app_context():
        acts = db.session.scalars(sa.select(Signal).where(Signal.root_id.is_(None))).all()
        assert not [act.id for act in acts if is_news(act, act.recorded_at)]


def test_everybody_in_the_list_can_sign_in_with_the_printed_password(loaded: Flask) -> None:
    with loaded.app_context():
        lines = demo.list_logins()
        assert SAMPLE_PASSWORD in lines[0]
        for line in lines[1:]:
            member = db.session.scalars(sa.select(Member).where(Member.email == line.split()[0])).one()
            assert check_password(SAMPLE_PASSWORD, member.password_hash)


def test_the_same_day_gives_the_same_rows_on_both_databases(samples: Callable[[str], Flask]) -> None:
    """Compare two loads, so this also shows that a second load gives what the first gave."""
    contents: list[list[str]] = []
    for kind in DATABASES:
        with samples(kind).app_context():
            contents.append(content())
    assert contents[0] == contents[1]


def test_rows_of_the_sample_that_are_never_changed_name_nobody(loaded: Flask) -> None:
    with loaded.app_context():
        assert len(list_texts()) > 100
        assert list_named() == []


def test_it_is_not_loaded_twice_nor_beside_real_rows(loaded: Flask) -> None:
    with loaded.app_context(), pytest.raises(demo.RealRowsError, match="empty"), transaction():
        demo.load(sample_day())


def test_one_real_person_is_enough_to_refuse(cast: Cast) -> None:
    with pytest.raises(demo.RealRowsError):
        demo.load(sample_day())
    assert demo.list_logins() == []
