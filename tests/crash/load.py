"""People who answer so many times a second, for so long."""

import itertools
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

import sqlalchemy as sa

from community.signin.passwords import SAMPLE_PASSWORD
from models.forums import Audience, Category, Topic
from tests.crash.visitor import Visitor
from tests.processes import Installation

PEOPLE = ("saeki@kitahama.example.jp", "tadokoro@tomoura.example.jp", "koga@yuime-lab.example.jp")
SENDERS = 6


@dataclass
class Load:
    """`with Load(installation, a_second=12): ...` sends all the while; `keys`: the forms that were acknowledged."""

    installation: Installation
    a_second: float
    keys: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._end = threading.Event()
        self._turns = itertools.count()
        with self.installation.database() as database:
            everybodys = sa.select(Topic.id).join(Category, Category.id == Topic.category_id)
            everybodys = everybodys.where(Category.readers == Audience.PUBLIC, Category.posters == Audience.MEMBERS)
            topics = everybodys.where(Topic.hidden_at.is_(None)).order_by(Topic.id.desc())
            self._topics = list(database.scalars(topics.limit(20)))
        self._people = [
            Visitor(self.installation.url(n % self.installation.webs), email, SAMPLE_PASSWORD, looks=False)
            for n, email in zip(range(SENDERS), itertools.cycle(PEOPLE))
        ]

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        self._pool = ThreadPoolExecutor(SENDERS)
        for person in self._people:
            self._pool.submit(self._send, person)
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._pool.shutdown()
        self.seconds = time.monotonic() - self._begun

    def _send(self, person: Visitor) -> None:
        while not self._end.is_set():
            turn = next(self._turns)
            if self._end.wait(max(0.0, self._begun + turn / self.a_second - time.monotonic())):
                return
            key = str(uuid.uuid4())
            fields = {"body": f"{turn}通目の返信です。", "form_key": key}
            began = time.monotonic()
            try:
                sent = person.send(f"/forums/topics/{self._topics[turn % len(self._topics)]}/posts", fields)
            except AssertionError as error:
                self.failed.append(str(error))
                continue
            if sent:
                self.keys.append(key)
            else:
                self.failed.append(f"{key} {time.monotonic() - began:.1f} s: {person.gone}")
