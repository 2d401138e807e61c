"""Real processes, real sockets: what happens in one process is heard in the pages of all."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
import socketio
from bs4 import BeautifulSoup
from flask import Flask
from flask.ctx import AppContext
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.orm import Session

from models.accounts import Member
from models.base import now
from models.forums import Audience, Category, Post, Topic
from models.notifications import Watch
from models.security import SignIn
from tests.cast import Cast, make_cast
from tests.processes import Installation
from tests.realtime.test_table_bus import wait_until

pytestmark = pytest.mark.timeout(600)

# Two busy cores: a worker's first task may take its time.
PATIENCE = 60
SECRET = "the secret of this test's own installations"


@dataclass
class Scene:
    """A running installation with the cast and the owner's topic in it."""

    tsudoi: Installation
    cast: Cast
    topic_id: int

    def browser(self, member: Member | None) -> requests.Session:
        """As after signing in."""
        browser = requests.Session()
        if member is not None:
            browser.cookies.set("tsudoi", _signed({"_user_id": member.get_id(), "_fresh": True}), domain="127.0.0.1")
        return browser

    def post(self, web: int, member: Member, page: str, action: str, **fields: str) -> None:
        """Open the page, fill in the form with this address, send it."""
        browser, url = self.browser(member), self.tsudoi.url(web)
        with browser:
            soup = BeautifulSoup(browser.get(url + page, timeout=PATIENCE).text, "html.parser")
            form = soup.select_one(f'form[action="{action}"]')
            assert form is not None, soup.get_text(" ", strip=True)[:2000]
            hidden = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
            answer = browser.post(url + action, data={**hidden, **fields}, timeout=PATIENCE, allow_redirects=False)
            assert answer.status_code in (302, 303), answer.text[:2000]


class Page:
    """An open page: a websocket to one of the processes."""

    def __init__(self, scene: Scene, web: int, member: Member | None, channels: list[str]) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.cut = threading.Event()
        self._http = scene.browser(member)
        self._socket = socketio.Client(http_session=self._http, reconnection=False)
        self._socket.on("*", lambda event, *said: self.heard.append((event, said[0])))
        self._socket.on("disconnect", lambda *_: self.cut.set())
        self._socket.connect(scene.tsudoi.url(web), transports=["websocket"], wait_timeout=PATIENCE)
        self.answer = self._socket.call("join", {"channels": channels}, timeout=PATIENCE)

    def hears(self, event: str, **facts: object) -> bool:
        """Whether it hears, within a while, of such an event."""
        return wait_until(
            lambda: any(e == event and facts.items() <= said.items() for e, said in list(self.heard)), PATIENCE
        )

    def close(self) -> None:
        self._socket.disconnect()
        self._http.close()


def _in_tokyo() -> AppContext:
    """Who belongs where today depends on where the day begins."""
    app = Flask(__name__)
    app.config["COMMUNITY_ZONE"] = ZoneInfo("Asia/Tokyo")
    return app.app_context()


def _signed(session: dict[str, Any]) -> str:
    app = Flask(__name__)
    app.secret_key = SECRET
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    signed = serializer.dumps(session)
    return signed if isinstance(signed, str) else signed.decode()


@pytest.fixture(params=["embedded", "production"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    webs = 2 if request.param == "production" else 1
    with Installation(request.param, tmp_path, webs=webs, settings={"TSUDOI_SECRET_KEY": SECRET}) as tsudoi:
        with _in_tokyo(), tsudoi.database() as connection, Session(connection, expire_on_commit=False) as session:
            cast = make_cast(session)
            category = Category(slug="nan", name="なんでも", readers=Audience.PUBLIC)
            session.add(category)
            session.flush()
            topic = Topic(category_id=category.id, author_id=cast.owner.id, title="日付がずれます", last_position=1)
            session.add(topic)
            session.flush()
            session.add(Watch(member_id=cast.owner.id, subject_kind="topic", subject_id=topic.id))
            words = {"body": "ずれます", "html": "<p>ずれます</p>", "render_version": 1}
            session.add(Post(topic_id=topic.id, position=1, author_id=cast.owner.id, **words))
            for member in (cast.owner, cast.stranger):
                member.sign_in_key = f"browser-of-{member.handle}"
                session.add(SignIn(key=member.sign_in_key, member_id=member.id, proved_at=now()))
            session.commit()
            topic_id = topic.id
        yield Scene(tsudoi, cast, topic_id)


@pytest.fixture
def pages(scene: Scene) -> Iterator[list[Page]]:
    """The owner's and a guest's pages of the topic, on every web process."""
    channels = [f"topic:{scene.topic_id}", f"member:{scene.cast.owner.id}"]
    opened = [
        Page(scene, web, member, channels) for web in range(scene.tsudoi.webs) for member in (scene.cast.owner, None)
    ]
    yield opened
    for page in opened:
        page.close()


def test_acts_news_and_changed_rights_reach_the_pages_of_all_processes(scene: Scene, pages: list[Page]) -> None:
    topic, owner = f"topic:{scene.topic_id}", f"member:{scene.cast.owner.id}"
    of_owner, of_guests = pages[0::2], pages[1::2]
    assert [page.answer for page in of_owner] == [{"joined": [topic, owner], "refused": []}] * len(of_owner)
    assert [page.answer for page in of_guests] == [{"joined": [topic], "refused": [owner]}] * len(of_guests)

    path = f"/forums/topics/{scene.topic_id}"
    scene.post(0, scene.cast.stranger, path, f"{path}/posts", body="うちも同じです。")
    assert all(page.hears("topic", id=scene.topic_id, count=2) for page in pages), "from the web process"
    assert all(page.hears("notifications", unread=1) for page in of_owner), "from the worker"
    assert not any(event == "notifications" for page in of_guests for event, _ in page.heard)

    last = scene.tsudoi.webs - 1
    scene.post(last, scene.cast.owner, "/me/settings", "/me/sign-out-everywhere")
    assert all(page.cut.wait(PATIENCE) for page in of_owner)
    assert not any(page.cut.is_set() for page in of_guests)
    back = Page(scene, 0, scene.cast.owner, [owner])  # with the old cookie
    assert back.answer == {"joined": [], "refused": [owner]}
    back.close()
