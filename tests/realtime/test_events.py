"""Who may hear which channel, and what happens to clients that send nonsense."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_socketio import SocketIO
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.pool import QueuePool

from blueprints.realtime import events
from community.realtime.managers import CutsRooms
from community.room import ChannelKind, Room, Rooms, Thing, ThingKind, current_rooms, set_rooms
from community.rooms import ROOMS
from models.accounts import Account, Member
from models.base import db, is_reading, now
from models.forums import Audience, Category, Topic
from tests.cast import Cast, make_cast
from tests.realtime.conftest import Page, start
from tests.signing_in import session_of

OpenPage = Callable[[Member | None], Page]
AddChannel = Callable[[str, Callable[[Member | None, int], bool]], None]

SEES_SCORES = {"cs", "community_manager", "administrator"}


def manager_of(server: SocketIO) -> CutsRooms:
    return getattr(server, "server").manager  # noqa: B009  the library's types do not tell of it


@pytest.fixture
def add_channel(app: Flask, monkeypatch: pytest.MonkeyPatch) -> AddChannel:
    """Have one room more, with one kind of channel, for this test; of a name that is taken, in the other's place."""

    def add(name: str, may_hear: Callable[[Member | None, int], bool]) -> None:
        made_up = Room("made-up", channels=(ChannelKind(name, may_hear),))
        app.extensions["rooms"] = Rooms((*current_rooms().rooms, made_up))

    monkeypatch.setitem(app.extensions, "rooms", current_rooms())
    return add


def test_open_sockets_are_counted(app: Flask, server: SocketIO, open_page: OpenPage) -> None:
    manager = manager_of(server)
    assert manager.count_sockets() == 0
    first, _second = open_page(None), open_page(None)
    assert manager.count_sockets() == 2
    first.client.disconnect()
    assert manager.count_sockets() == 1


def test_everybody_hears_of_exactly_what_the_rules_grant(open_page: OpenPage, cast: Cast) -> None:
    people: dict[str, Member | None] = {**cast.people(), "guest": None}
    ids = {name: member.id for name, member in cast.people().items()}
    wanted = [*(f"member:{i}" for i in ids.values()), f"account:{cast.a.id}", f"account:{cast.b.id}", "accounts"]
    granted = {name: set(open_page(member).join(*wanted)["joined"]) for name, member in people.items()}
    expected = {name: {f"member:{ids[name]}"} if name in ids else set[str]() for name in people}
    for name in SEES_SCORES:
        expected[name] |= {f"account:{cast.a.id}", f"account:{cast.b.id}", "accounts"}
    expected["suspended"] = set()
    assert granted == expected


def test_a_topic_is_heard_by_those_who_may_read_it(open_page: OpenPage, cast: Cast) -> None:
    categories = [
        Category(slug="public", name="公開", position=1, readers=Audience.PUBLIC),
        Category(slug="signed-in", name="登録した人", position=2, readers=Audience.SIGNED_IN),
        Category(slug="members", name="会員", position=3, readers=Audience.MEMBERS),
        Category(slug="staff", name="社内", position=4, readers=Audience.STAFF),
        Category(slug="of-a", name="A社", position=5, readers=Audience.MEMBERS, account_id=cast.a.id),
    ]
    db.session.add_all(categories)
    db.session.flush()
    topics = {
        category.slug: Topic(category_id=category.id, author_id=cast.cs.id, title=category.name)
        for category in categories
    }
    db.session.add_all(topics.values())
    db.session.flush()
    names = {f"topic:{topic.id}": slug for slug, topic in topics.items()}
    people: dict[str, Member | None] = {**cast.people(), "guest": None}
    heard = {n: [names[room] for room in open_page(m).join(*names, "topic:999")["joined"]] for n, m in people.items()}
    members, everything = ["public", "signed-in", "members"], list(topics)
    expected = dict.fromkeys(people, members)
    expected |= {key: ["public"] for key in ("guest", "suspended")}
    expected["prospect"] = ["public", "signed-in"]
    expected |= {key: [*members, "of-a"] for key in ("owner", "colleague", "company_admin")}
    expected |= dict.fromkeys(("cs", "community_manager", "administrator"), everything)
    assert heard == expected


def test_a_made_up_kind_of_thing_is_heard_by_those_who_may_see_it_and_only_if_it_is_live(
    open_page: OpenPage, app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "rooms", current_rooms())

    def note_kind(name: str, *, is_live: bool) -> ThingKind[int, Member | None]:
        return ThingKind(
            name=name,
            label=_l("メモ"),
            icon="message",
            load=lambda ids: {id_: id_ for id_ in ids if id_ < 10},
            describe=lambda id_: Thing(name, id_, "メモ", f"/notes/{id_}"),
            viewer=lambda member: member,
            viewers=lambda members: {member.id: member for member in members},
            can_see=lambda viewer, _: viewer is not None and viewer.id == cast.owner.id,
            is_live=is_live,
        )

    notes = Room("notes", things=(note_kind("note", is_live=True), note_kind("still", is_live=False)))
    set_rooms(app, (*ROOMS, notes))
    wanted = ("note:1", "note:99", "still:1", "note")
    assert open_page(cast.owner).join(*wanted)["joined"] == ["note:1"]
    assert open_page(cast.stranger).join(*wanted)["joined"] == open_page(None).join(*wanted)["joined"] == []
    set_rooms(app, [room for room in ROOMS if room.name != "health"])
    assert open_page(cast.administrator).join("accounts", f"account:{cast.a.id}", "note:1")["joined"] == []


def test_the_answer_names_joined_and_refused_channels(open_page: OpenPage, cast: Cast) -> None:
    own, foreign = f"member:{cast.owner.id}", f"member:{cast.stranger.id}"
    assert open_page(cast.owner).join(own, foreign, "nobody:1") == {"joined": [own], "refused": [foreign, "nobody:1"]}


@pytest.mark.one_database
def test_a_list_without_its_name_is_understood_too(open_page: OpenPage, cast: Cast) -> None:
    own = f"member:{cast.owner.id}"
    assert open_page(cast.owner).emit("join", [own]) == {"joined": [own], "refused": []}


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["member", "account", "account:0", "accounts:1", "accounts:0", "topics:1", "sid", ""])
def test_half_a_name_opens_nothing(open_page: OpenPage, cast: Cast, name: str) -> None:
    assert open_page(cast.administrator).join(name)["joined"] == []


@pytest.mark.one_database
def test_what_is_sent_to_a_room_is_heard_in_it_only(open_page: OpenPage, cast: Cast, server: SocketIO) -> None:
    owner, stranger = open_page(cast.owner), open_page(cast.stranger)
    room = f"member:{cast.owner.id}"
    owner.join(room)
    stranger.join(room)
    server.emit("notifications", {"unread": 3}, to=room)
    assert owner.received() == [("notifications", {"unread": 3})]
    assert stranger.received() == []


@pytest.mark.one_database
def test_a_socket_that_leaves_hears_no_more(open_page: OpenPage, cast: Cast, server: SocketIO) -> None:
    page, room = open_page(cast.owner), f"member:{cast.owner.id}"
    page.join(room)
    page.emit("leave", {"channels": [room, "nonsense", 7]})
    server.emit("notifications", {"unread": 3}, to=room)
    assert page.received() == []


def test_nobody_can_join_another_page_s_own_channel(open_page: OpenPage, cast: Cast, server: SocketIO) -> None:
    owner = open_page(cast.owner)
    sid = manager_of(server).sid_from_eio_sid(owner.connection, "/")
    assert open_page(cast.stranger).join(sid)["joined"] == []


@pytest.mark.one_database
def test_more_rooms_than_a_page_needs_are_refused(open_page: OpenPage, add_channel: AddChannel) -> None:
    add_channel("topic", lambda _, __: True)
    page = open_page(None)
    first = page.join(*(f"topic:{n}" for n in range(1, 31)))
    assert len(first["joined"]) == events.MAX_CHANNELS
    assert page.join("topic:99") == {"joined": [], "refused": ["topic:99"]}
    assert page.join("topic:1") == {"joined": ["topic:1"], "refused": []}
    page.emit("leave", ["topic:1"])
    assert page.join("topic:99")["joined"] == ["topic:99"]


@pytest.mark.one_database
def test_endless_joining_is_not_answered(open_page: OpenPage, add_channel: AddChannel) -> None:
    asked: list[int] = []
    add_channel("topic", lambda _, topic_id: bool(asked.append(topic_id)) or True)
    page = open_page(None)
    answers = [page.join("topic:1")["joined"] for _ in range(events.MAX_JOINS_A_MINUTE + 10)]
    assert answers == [["topic:1"]] * events.MAX_JOINS_A_MINUTE + [[]] * 10
    assert len(asked) == events.MAX_JOINS_A_MINUTE


def test_rights_are_asked_anew_at_every_join(open_page: OpenPage, cast: Cast) -> None:
    page = open_page(cast.cs)
    assert page.join("accounts")["joined"] == ["accounts"]
    cast.cs.staff_role = None
    db.session.flush()
    assert page.join("accounts")["joined"] == []


def test_a_session_that_was_ended_elsewhere_joins_nothing(open_page: OpenPage, cast: Cast) -> None:
    page, room = open_page(cast.owner), f"member:{cast.owner.id}"
    assert page.join(room)["joined"] == [room]
    cast.owner.session_version += 1
    db.session.flush()
    assert page.join(room)["joined"] == []


def test_a_suspended_person_s_open_page_joins_nothing(open_page: OpenPage, cast: Cast) -> None:
    page, room = open_page(cast.owner), f"member:{cast.owner.id}"
    cast.owner.suspended_until = now().replace(year=now().year + 1)
    db.session.flush()
    assert page.join(room)["joined"] == []


def test_a_cut_channel_must_be_joined_anew(open_page: OpenPage, cast: Cast, server: SocketIO) -> None:
    pages = [open_page(cast.cs), open_page(cast.administrator)]
    for page in pages:
        page.join("accounts")
    pages[0].join(f"member:{cast.cs.id}")
    manager = manager_of(server)
    manager.cut(f"member:{cast.cs.id}")
    assert [page.is_connected for page in pages] == [False, True]
    manager.cut_everybody()
    assert [page.is_connected for page in pages] == [False, False]


def test_rights_that_change_during_a_join_cut_the_joining_socket(
    open_page: OpenPage, server: SocketIO, add_channel: AddChannel
) -> None:
    manager = manager_of(server)

    def change_meanwhile(_: Member | None, topic_id: int) -> bool:
        manager.cut(f"topic:{topic_id}")  # nobody is in the room yet
        return True

    add_channel("topic", change_meanwhile)
    page = open_page(None)
    assert page.join("topic:1")["joined"] == []
    assert not page.is_connected


def test_a_room_whose_rule_fails_is_refused_and_the_others_are_not(
    open_page: OpenPage, cast: Cast, add_channel: AddChannel, caplog: pytest.LogCaptureFixture
) -> None:
    add_channel("broken", lambda _, __: 1 // 0 == 1)
    own = f"member:{cast.owner.id}"
    assert open_page(cast.owner).join("broken:1", own) == {"joined": [own], "refused": ["broken:1"]}
    assert "nobody could say who may hear a channel" in caplog.text


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=30)
    | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.one_database
@settings(max_examples=60)
@given(said=st.lists(JSON, max_size=3), event=st.sampled_from(["join", "leave", "connect", "message", "undo"]))
def test_garbage_is_answered_quietly(open_page: OpenPage, said: list[object], event: str) -> None:
    page = open_page(None)
    answer = page.emit(event, *said)
    if event == "join":
        assert answer["joined"] == []
    assert page.is_connected
    assert page.join("nobody:1") == {"joined": [], "refused": ["nobody:1"]}


def test_events_only_read(open_page: OpenPage, add_channel: AddChannel) -> None:
    seen: list[bool] = []
    add_channel("topic", lambda _, __: bool(seen.append(is_reading())) or True)
    open_page(None).join("topic:1")
    assert seen == [True]
    assert not is_reading()


def test_an_event_leaves_no_connection_behind(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        cast = make_cast(db.session)
        db.session.commit()
        user_id, room = session_of(cast.owner), f"member:{cast.owner.id}"
        pool = db.engine.pool
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update({"_user_id": user_id, "_fresh": True})
    client = start(app).test_client(app, flask_test_client=browser)  # no context around it: as in production
    assert client.emit("join", [room], callback=True) == {"joined": [room], "refused": []}
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
    with app.app_context():  # and nobody holds the write lock
        db.session.add(Account(name="あとから"))
        db.session.commit()
