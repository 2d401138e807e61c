"""What we use of libraries that they do not promise: each part has a test that fails when it is gone or means another.

A part is a name that begins with an underscore, or one that no documentation mentions and that we replace or rely on.
After a new version of a library, look a failing part up in its source, and note here which version that was.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import socket
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from queue import Empty
from threading import Event
from types import ModuleType
from typing import Any, cast

import engineio
import pytest
import simple_websocket
import socketio
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from flask import Flask, flash, g, get_flashed_messages, request, session
from flask_babel import Babel, force_locale, get_locale, refresh
from flask_login import LoginManager, UserMixin, current_user
from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker
from jinja2 import DictLoader, Environment
from jinja2.environment import Template
from kombu.connection import Connection as BrokerConnection
from kombu.transport import virtual
from werkzeug.datastructures import MultiDict
from werkzeug.local import LocalProxy
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request, TextMessage
from wtforms import Form, StringField

from community.config import ROOT
from community.serving.connections import Connection
from community.serving.worker import FairWorker
from tests.test_architecture import FLOORS, trees


@dataclass(frozen=True)
class PrivatePart:
    """One name, and the modules of ours that use it. Its test is `test_<library>_<name>`."""

    library: str
    seen: str
    """The version whose source was read."""
    name: str
    modules: frozenset[str]

    @property
    def test(self) -> str:
        """The name of the test that holds it."""
        return re.sub(r"\W+", "_", f"test_{self.library}_{self.name}".lower()).replace("__", "_").rstrip("_")


def part(library: str, seen: str, name: str, *modules: str) -> PrivatePart:
    return PrivatePart(library, seen, name, frozenset(modules))


PARTS = (
    part("Werkzeug", "3.1.9", "_get_current_object", "blueprints/access.py", "community/app/pages.py"),
    part("Werkzeug", "3.1.9", "vars(request)", "blueprints/system/giving_back.py"),
    part("Flask-Login", "0.6.3", "_login_user", "blueprints/system/broken_storage.py", "community/app/logs.py"),
    part("Flask", "3.1.3", "_flashes", "blueprints/page_cache.py"),
    part("Flask-Babel", "4.0.0", "_flask_babel", "community/extensions.py"),
    part("Jinja2", "3.1.6", "_get_default_module", "community/app/pages.py"),
    part("WTForms", "3.3.2", "_value", "blueprints/fields.py", "blueprints/stories/writing/forms.py"),
    part("python-engineio", "4.15.1", "_async", "community/realtime/bounded.py"),
    part("python-engineio", "4.15.1", "_websocket_wsgi", "community/realtime/bounded.py"),
    part("simple-websocket", "1.1.0", "_handle_events", "community/realtime/bounded.py"),
    part("simple-websocket", "1.1.0", "_thread", "community/realtime/bounded.py"),
    part("python-socketio", "5.18.1", "_publish", "community/realtime/managers.py"),
    part("python-socketio", "5.18.1", "_listen", "community/realtime/managers.py"),
    part("python-socketio", "5.18.1", "_handle_close_room", "community/realtime/managers.py"),
    part("gunicorn", "27.0.1", "_expected_100_continue", "community/serving/worker.py"),
    part("gunicorn", "27.0.1", "_cap_keepalive", "community/serving/worker.py"),
    part("kombu", "5.7.0", "_get", "community/job_folder.py"),
    part("kombu", "5.7.0", "_put", "community/job_folder.py"),
    part("kombu", "5.7.0", "_size", "community/job_folder.py"),
    part("kombu", "5.7.0", "_purge", "community/job_folder.py"),
)

# Underscored and documented: named tuples, and the end of a process.
DOCUMENTED = {"_fields", "_make", "_replace", "_asdict", "_exit"}
# Flask's proxies: what Werkzeug keeps in the `__dict__` behind them is its own.
PROXIES = {"request", "g", "session", "current_app"}
BY_NAME = {"getattr", "setattr", "hasattr", "delattr"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_" and name not in DOCUMENTED


# --- every use is in the list


def reached_into(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield private names of objects of others, and of modules that are imported, each with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield from ((name, node.lineno) for name in attributes(node))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] not in FLOORS:
            names = (*(node.module or "").split("."), *(alias.name for alias in node.names))
            yield from ((name, node.lineno) for name in names if is_private(name))
        elif isinstance(node, ast.Call | ast.Subscript | ast.Compare):
            yield from ((name, node.lineno) for name in keys(node))


def attributes(node: ast.Attribute) -> Iterator[str]:
    owner = ast.unparse(node.value)
    if is_private(node.attr) and owner not in {"self", "cls", "super()"}:
        yield node.attr
    elif node.attr == "__dict__" and owner.partition(".")[0] in PROXIES:
        yield f"vars({owner})"


def keys(node: ast.Call | ast.Subscript | ast.Compare) -> Iterator[str]:
    """Yield private names that are written as strings: `getattr(x, "_name")`, `g.get("_name")`, `"_name" in g`."""
    words = {str(each.value) for each in ast.walk(node) if isinstance(each, ast.Constant)}
    named = {ast.unparse(each) for each in ast.iter_child_nodes(node)}
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "vars":
        yield from (f"vars({owner})" for owner in named & PROXIES)
    elif (named | {name.rpartition(".")[0] for name in named}) & (PROXIES | BY_NAME):
        yield from filter(is_private, words)


@cache
def own_names(of: type) -> frozenset[str]:
    """Return the private names that a class defines or mentions on itself."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(of)))
    except (OSError, TypeError):  # written in C
        return frozenset(name for name in vars(of) if is_private(name))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"self", "cls", "super()"}:
            defined.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
    return frozenset(filter(is_private, defined))


def is_foreign(of: type) -> bool:
    top = of.__module__.partition(".")[0]
    return top not in FLOORS and top not in sys.stdlib_module_names


def modules() -> Iterator[ModuleType]:
    for floor in FLOORS:
        for found in pkgutil.walk_packages([str(ROOT / floor)], f"{floor}."):
            if ".migrations" not in found.name and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def shared_with_bases(module: ModuleType) -> Iterator[str]:
    """Yield private names that a class of the module has in common with a library's class from which it comes."""
    for of in vars(module).values():
        if isinstance(of, type) and of.__module__ == module.__name__:
            for base in filter(is_foreign, of.__mro__[1:]):
                yield from own_names(of) & own_names(base)


def path_of(module: ModuleType) -> str:
    return inspect.getsourcefile(module).removeprefix(f"{ROOT}/")  # pyright: ignore[reportOptionalMemberAccess]  it has


def test_every_private_part_in_use_is_in_the_list() -> None:
    found = {(name, where) for where, tree in trees(*FLOORS) for name, _ in reached_into(tree)}
    found |= {(name, path_of(module)) for module in modules() for name in shared_with_bases(module)}
    assert found == {(one.name, where) for one in PARTS for where in one.modules}


def test_a_linter_is_silenced_only_where_a_part_is_used() -> None:
    for where, tree in trees(*FLOORS):
        lines = (ROOT / where).read_text().splitlines()
        silenced = {number for number, line in enumerate(lines, start=1) if re.search(r"noqa:.*\bSLF001\b", line)}
        assert silenced <= {line for _, line in reached_into(tree)}, where


def test_every_part_has_a_test_of_its_name_and_a_library_that_is_there() -> None:
    for one in PARTS:
        assert one.test in globals(), f"{one.library}'s {one.name} has no {one.test}"
        assert version(one.library)


# --- Werkzeug, Flask-Login, Jinja, WTForms


def test_werkzeug_get_current_object() -> None:
    behind = object()
    assert cast("Any", LocalProxy(lambda: behind))._get_current_object() is behind


def test_werkzeug_vars_request() -> None:
    """What has been read of a request stands under its name, and not before it is read."""
    app = Flask("parts")
    with app.test_request_context(method="POST", data={"a": "1"}):
        assert not {"form", "stream"} & vars(request).keys()
        assert request.form == MultiDict({"a": "1"})
        assert "form" in vars(request)
    with app.test_request_context(method="POST", data={"a": "1"}):
        request.stream.read(1)
        assert "stream" in vars(request)
        assert "form" not in vars(request)


def test_flask_flashes() -> None:
    """What is to be said once waits in the session under this name, and only while it waits."""
    app = Flask("parts")
    app.secret_key = "parts"
    with app.test_request_context():
        assert "_flashes" not in session
        flash("said once")
        assert "_flashes" in session
        assert get_flashed_messages() == ["said once"]
        assert "_flashes" not in session


def test_flask_login_login_user() -> None:
    """Whoever stands in `g` is who asks, and the loader is not called any more."""
    app = Flask("parts")
    app.secret_key = "parts"
    login_manager, asked, found = LoginManager(app), [], UserMixin()

    @login_manager.request_loader
    def load(_: object) -> UserMixin:
        asked.append(1)
        return found

    with app.test_request_context():
        assert current_user.is_authenticated
        assert g._login_user is found
        g._login_user = login_manager.anonymous_user()
        assert not current_user.is_authenticated
    assert asked == [1]


def test_flask_babel_flask_babel() -> None:
    """The locale stands in `g` under this name once it was asked for, until it is to be asked for again."""
    app = Flask("parts")
    Babel(app, locale_selector=lambda: "en")
    with app.test_request_context():
        assert get_locale() is g.get("_flask_babel").babel_locale
        assert str(get_locale()) == "en"
        with force_locale("ja"):
            assert str(g.get("_flask_babel").babel_locale) == "ja"
        refresh()
        assert getattr(g.get("_flask_babel"), "babel_locale", None) is None


def test_jinja2_get_default_module() -> None:
    """Each import asks for the module by this method, with the page's context; without one, the kept module comes."""
    asked: list[object] = []

    class Watched(Template):
        def _get_default_module(self, ctx: Any = None) -> Any:  # noqa: ANN401  as Jinja has it
            asked.append(ctx)
            assert super()._get_default_module() is super()._get_default_module()
            return super()._get_default_module()

    environment = Environment(
        autoescape=True,
        loader=DictLoader(
            {"page": "{% import 'parts' as parts %}{{ parts.said() }}", "parts": "{% macro said() %}here{% endmacro %}"}
        ),
    )
    environment.template_class = Watched
    assert environment.get_template("page").render() == "here"
    assert [getattr(context, "name", None) for context in asked] == ["page"]


def test_wtforms_value() -> None:
    """The widget draws what this method returns."""

    class Shown(StringField):
        def _value(self) -> str:
            return "as it was typed"

    class WithField(Form):
        field = Shown()

    assert 'value="as it was typed"' in str(WithField().field())


# --- engineio, simple-websocket, socketio

HANDSHAKE = {
    "REQUEST_METHOD": "GET",
    "QUERY_STRING": "EIO=4&transport=websocket",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_UPGRADE": "websocket",
    "HTTP_HOST": "localhost",
    "HTTP_SEC_WEBSOCKET_KEY": "x3JJHMbDL1EzLkh9GBhXDw==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


@pytest.mark.parametrize("mode", ["threading", "gevent"])
def test_python_engineio_async(mode: str) -> None:
    """A websocket is opened by what stands there: called with handler and server, and then as a WSGI application."""
    server: Any = engineio.Server(async_mode=mode, monitor_clients=False)
    opened: list[object] = []

    def open_instead(handler: Callable[..., Any], of_server: object) -> Callable[..., list[bytes]]:
        opened.extend([callable(handler), of_server])
        return lambda environ, _: [environ["HTTP_UPGRADE"].encode()]

    own = server._async["websocket"](print, server)
    assert isinstance(own, SimpleWebSocketWSGI)
    server._async = {**server._async, "websocket": open_instead}
    assert server.handle_request(dict(HANDSHAKE), lambda *_: None) == [b"websocket"]
    assert opened == [True, server]


def test_python_engineio_websocket_wsgi() -> None:
    """It keeps handler and arguments under these names, and speaks through `ws`."""
    opener: Any = SimpleWebSocketWSGI(print, None, thread_class=int)
    assert (opener.app, opener.server_args) == (print, {"thread_class": int})

    class Spoken:
        connected = True
        said: str = ""

        def send(self, message: str) -> None:
            self.said = message

        def receive(self) -> str:
            return "heard"

    opener.ws = spoken = Spoken()
    opener.send("hello")
    assert (spoken.said, opener.wait()) == ("hello", "heard")


# The library has no types.
Server: Any = simple_websocket.Server


class WatchedSocket(Server):
    """Notes what the library calls, and when it has ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  the library's
        self.handled: list[tuple[bool, list[str]]] = []
        self.ended = Event()
        super().__init__(*args, **kwargs)

    def _handle_events(self) -> bool:
        goes_on = super()._handle_events()
        self.handled.append((goes_on, list(self.input_buffer)))
        return goes_on and "enough" not in self.input_buffer

    def _thread(self) -> None:
        super()._thread()
        self.ended.set()


@pytest.fixture
def talk() -> Iterator[tuple[Any, Callable[[str], None]]]:
    """Yield a websocket of the library's, and what says something to it."""
    ours, theirs = socket.socketpair()
    with theirs:
        watched = WatchedSocket({**HANDSHAKE, "werkzeug.socket": ours}, max_message_size=100)
        assert theirs.recv(4096).startswith(b"HTTP/1.1 101")
        client = _opened_client()
        yield watched, lambda said: theirs.sendall(client.send(TextMessage(data=said)))


def _opened_client() -> WSConnection:
    """Return a client's side whose handshake is over."""
    client, server = WSConnection(ConnectionType.CLIENT), WSConnection(ConnectionType.SERVER)
    server.receive_data(client.send(Request(host="localhost", target="/")))
    list(server.events())
    client.receive_data(server.send(AcceptConnection()))
    list(client.events())
    return client


def test_simple_websocket_handle_events(talk: tuple[Any, Callable[[str], None]]) -> None:
    """It puts messages that have arrived into `input_buffer`; False ends the socket, and whoever waits is told."""
    watched, say = talk
    say("hello")
    assert watched.receive(5) == "hello"
    assert watched.handled[-1] == (True, ["hello"])
    assert watched.connected
    say("enough")
    assert watched.ended.wait(60)
    assert not watched.connected
    assert watched.sock.fileno() == -1


def test_simple_websocket_too_long(talk: tuple[Any, Callable[[str], None]]) -> None:
    """A message beyond `max_message_size` is no message, and `_handle_events` says that this is the end."""
    watched, say = talk
    say("x" * 101)
    assert watched.ended.wait(60)
    assert watched.handled[-1] == (False, [])
    assert watched.event.is_set()


def test_simple_websocket_thread(talk: tuple[Any, Callable[[str], None]]) -> None:
    """The thread is this method: it runs until the socket has ended."""
    watched, say = talk
    assert watched.thread.is_alive()
    assert not watched.ended.is_set()
    say("enough")
    watched.thread.join(60)
    assert watched.ended.is_set()


class HeardManager(socketio.PubSubManager):
    """Hears what it is given, and notes what the library has it say and do."""

    def __init__(self, *heard: dict[str, Any]) -> None:
        super().__init__(channel="parts")
        self.heard, self.said, self.closed = heard, list[Any](), list[Any]()

    def _publish(self, data: dict[str, Any]) -> None:
        self.said.append(data)

    def _listen(self) -> Iterator[Any]:
        yield from self.heard
        raise SystemExit  # the library's loop never ends by itself

    def _handle_close_room(self, message: dict[str, Any]) -> None:
        self.closed.append(message["room"])

    def listen(self) -> None:
        with pytest.raises(SystemExit):
            self._thread()


def test_python_socketio_publish() -> None:
    """What is emitted is handed to this method, with this host's id."""
    manager = HeardManager()
    manager.set_server(socketio.Server(client_manager=manager, monitor_clients=False))
    manager.emit("changed", {"id": 7}, namespace="/", room="topic:7")
    (said,) = manager.said
    assert {name: said[name] for name in ("method", "event", "room", "host_id")} == {
        "method": "emit",
        "event": "changed",
        "room": "topic:7",
        "host_id": manager.host_id,
    }


def test_python_socketio_listen() -> None:
    """What this method yields is heard, as a dict or as JSON, and one's own is not."""
    own = HeardManager()
    messages = ({"method": "close_room", "room": room, "host_id": "another"} for room in ("a", "b"))
    manager = HeardManager(*messages, {"method": "close_room", "room": "own", "host_id": own.host_id})
    manager.host_id = own.host_id
    manager.set_server(socketio.Server(client_manager=manager, monitor_clients=False))
    manager.listen()
    assert manager.closed == ["a", "b"]


def test_python_socketio_handle_close_room() -> None:
    """A room that is closed on another host comes here, whole; nothing else does."""
    message = {"method": "close_room", "room": "topic:7", "namespace": "/", "host_id": "another"}
    manager = HeardManager(message, {**message, "method": "leave_room", "sid": "nobody's"})
    manager.set_server(socketio.Server(client_manager=manager, monitor_clients=False))
    manager.listen()
    assert manager.closed == ["topic:7"]


# --- gunicorn


def test_gunicorn_expected_100_continue() -> None:
    """Set, gunicorn says `100 Continue` before the application is called; not set, it does not."""
    head = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    for expected, said in ((True, b"HTTP/1.1 100 Continue\r\n\r\n"), (False, b"")):
        parsed: Any = next(RequestParser(Config(), iter([head, b"a"]), ("127.0.0.1", 1)))
        assert parsed._expected_100_continue is True
        parsed._expected_100_continue = expected
        ours, theirs = socket.socketpair()
        with ours, theirs:
            wsgi.create(parsed, ours, ("127.0.0.1", 1), ("127.0.0.1", 80), Config())
            ours.shutdown(socket.SHUT_WR)
            assert theirs.recv(100) == said


def test_gunicorn_cap_keepalive() -> None:
    """It is called when the process stops, with the latest deadline."""
    worker: Any = ThreadWorker
    assert "_cap_keepalive" in worker.run.__code__.co_names
    assert [*inspect.signature(worker._cap_keepalive).parameters] == ["self", "deadline"]


@pytest.mark.parametrize(("ours", "theirs"), [(FairWorker, ThreadWorker), (Connection, TConn)])
def test_gunicorn_replaced_methods(ours: type, theirs: type) -> None:
    """What replaces a method of the threads' worker is still called there, and takes what it took."""
    replaced = {name for name in vars(ours) if name in vars(theirs) and inspect.isfunction(getattr(theirs, name))}
    for name in replaced - {"__init__"}:
        given, taken = (list(inspect.signature(getattr(of, name)).parameters) for of in (theirs, ours))
        assert given == taken, name
    expected = {
        FairWorker: {
            *("__init__", "init_process", "get_thread_pool", "handle_exit", "enqueue_req", "accept"),
            *("murder_keepalived", "wait_for_and_dispatch_events", "_cap_keepalive", "finish_request"),
            "handle_request",
        },
        Connection: {"__init__", "init"},
    }
    assert replaced == expected[ours]


# --- kombu


class ListChannel(virtual.Channel):
    """A channel with its jobs in a list, by the same four methods as ours."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:  # noqa: ANN401  as kombu makes it
        super().__init__(connection, **kwargs)
        self.jobs: list[dict[str, Any]] = []

    def _put(self, queue: str, message: dict[str, Any], **_: object) -> None:
        del queue
        self.jobs.append(message)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        del queue, timeout
        if not self.jobs:
            raise Empty
        return self.jobs.pop(0)

    def _size(self, queue: str) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]  declared to return 0
        del queue
        return len(self.jobs)

    def _purge(self, queue: str) -> int:
        del queue
        gone, self.jobs = len(self.jobs), []
        return gone


class ListTransport(virtual.Transport):
    Channel = ListChannel


@pytest.fixture
def jobs() -> Iterator[Any]:
    """Yield a queue of a channel with a list behind it."""
    with BrokerConnection(transport=ListTransport) as connection:
        yield connection.SimpleQueue("parts")


def test_kombu_put(jobs: Any) -> None:  # noqa: ANN401  kombu has no types
    """What is published comes to this method, with body, headers and properties."""
    jobs.put({"a": 1})
    (message,) = jobs.channel.jobs
    assert {"body", "headers", "properties"} <= message.keys()


def test_kombu_get(jobs: Any) -> None:  # noqa: ANN401  kombu has no types
    """What this method returns is what the consumer gets; Empty means that there is nothing."""
    jobs.put({"a": 1})
    assert jobs.get(timeout=60).payload == {"a": 1}
    assert jobs.channel.jobs == []
    with pytest.raises(Empty):
        jobs.get(block=False)


def test_kombu_size(jobs: Any) -> None:  # noqa: ANN401  kombu has no types
    """How many wait is asked here."""
    jobs.put({"a": 1})
    assert jobs.qsize() == 1


def test_kombu_purge(jobs: Any) -> None:  # noqa: ANN401  kombu has no types
    """Throwing away is done here, and the number is passed on."""
    jobs.put({"a": 1})
    assert jobs.clear() == 1
    assert jobs.channel.jobs == []
