"""How long a search takes among many posts, on either database, with the viewer's rights in the query.

    python benchmarks/search.py                                        # SQLite, in a folder of its own
    python benchmarks/search.py --database postgresql+psycopg://…/empty_database
    python benchmarks/search.py --posts 100000 --looks 400 --seed 1 --target 50

The database must be empty; it is migrated and filled with made-up posts whose words are as unevenly frequent as those
of a language. The searches are for words that occur in the posts, frequent ones accordingly often, alone and in pairs,
by a guest and by a member. Only the search is measured, not the page around it.
"""

import argparse
import gc
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import flask_migrate
import sqlalchemy as sa

from community.app import create_app
from community.config import Config
from community.search import actions, queries
from community.search.actions import Document
from community.search.queries import Order, Search
from models.base import db, now, set_reading, transaction

VOCABULARY = 6_000
BATCH = 1_000
CATEGORIES = 20
GUEST = frozenset(f"category:{n}" for n in range(1, 4))
MEMBER = frozenset(f"category:{n}" for n in range(1, 17))
GLUE = ("の", "を", "に", "が", "は", "で", "と", "から", "より", "して", "する", "しました。", "です。", "ますが、")
SIGNS = [chr(code) for code in range(0x4E00, 0x4E00 + 900)]
KANA = [chr(code) for code in range(0x30A2, 0x30ED)]


class Language:
    """Words of two to four characters, each half as frequent as the one of half its rank."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.words = [self._word() for _ in range(VOCABULARY)]
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))

    def _word(self) -> str:
        signs = KANA if self.chance.random() < 0.25 else SIGNS  # noqa: PLR2004  a quarter is foreign words
        return "".join(self.chance.choices(signs, k=self.chance.choice((2, 2, 2, 3, 4))))

    def some(self, number: int) -> list[str]:
        return self.chance.choices(self.words, cum_weights=self.weights, k=number)

    def text(self, words: int) -> str:
        return "".join(word + self.chance.choice(GLUE) for word in self.some(words))


def fill(language: Language, posts: int) -> None:
    """Write the posts, every fifth of them a topic as in a lively forum, the newest last."""
    began, categories = now() - timedelta(minutes=posts), [*range(1, CATEGORIES + 1)]
    for start in range(0, posts, BATCH):
        with transaction():
            actions.index(*things(language, categories, range(start, min(start + BATCH, posts)), began))


def things(language: Language, categories: list[int], numbers: range, began: datetime) -> Iterator[Document]:
    for number in sorted(numbers, key=lambda n: n % 5 != 0):
        category = language.chance.choice(categories)
        is_topic = number % 5 == 0
        yield Document(
            kind="topic" if is_topic else "post",
            id=number,
            title=language.text(5) if is_topic else "",
            body=language.text(language.chance.randint(10, 120)),
            audience=frozenset({f"category:{category}"}),
            written_at=began + timedelta(minutes=number),
            place_id=category,
            author_id=number % 400,
            state="solved" if is_topic and number % 3 else "",
        )


def measure(language: Language, looks: int, best_of: int = 1) -> dict[str, list[float]]:
    """Return the milliseconds for each kind of search; of each search, the fastest of `best_of` times."""
    kinds: dict[str, Callable[[], str]] = {
        "one word": lambda: language.some(1)[0],
        "two signs": lambda: language.some(1)[0][:2],
        "two words": lambda: " ".join(language.some(2)),
        "one sign": lambda: language.some(1)[0][:1],
        "glue": lambda: language.chance.choice(GLUE).strip("。、"),
    }
    times: dict[str, list[float]] = {}
    for number in range(looks):
        for name, ask in kinds.items():
            tokens = GUEST if number % 2 else MEMBER
            order = Order.NEWEST if number % 3 == 0 else Order.RELEVANT
            search = Search(ask(), tokens, order=order)
            times.setdefault(name, []).append(min(look(search) for _ in range(best_of)))
    return times


def look(search: Search) -> float:
    set_reading(True)
    began = time.perf_counter()
    queries.find(search)
    took = (time.perf_counter() - began) * 1000
    db.session.rollback()
    set_reading(False)
    return took


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def run_housekeeping() -> None:
    """Run the housekeeping that either database does by itself in time."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.engine.dialect.name == "postgresql":
            connection.execute(sa.text("VACUUM ANALYZE search_document"))


def machine() -> str:
    load, python = os.getloadavg()[0], platform.python_version()
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {python}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="address of an empty database; SQLite in a temporary folder if left out")
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--looks", type=int, default=300, help="of each kind of question")
    parser.add_argument("--best-of", type=int, default=1, help="ask each so often; on a machine that does other things")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", type=float, help="fail if the 95th percentile of all is more milliseconds")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data_dir=Path(folder), database_url=asked.database or ""))
        gc.freeze()  # as wsgi.py does
        with app.app_context():
            return run(asked)


def run(asked: argparse.Namespace) -> int:
    flask_migrate.upgrade()
    language = Language(random.Random(asked.seed))  # noqa: S311  a benchmark, no secret
    began = time.perf_counter()
    fill(language, asked.posts)
    run_housekeeping()
    took = time.perf_counter() - began
    print(f"{db.engine.dialect.name}: {asked.posts:,} posts indexed in {took:.0f} s ({machine()})")
    measure(language, 20)
    times = measure(language, asked.looks, asked.best_of)
    everything = [took for each in times.values() for took in each]
    for name, each in [*times.items(), ("all", everything)]:
        print(f"{name:10} median {statistics.median(each):6.1f} ms   p95 {p95(each):6.1f} ms   max {max(each):6.1f} ms")
    return int(asked.target is not None and p95(everything) > asked.target)


if __name__ == "__main__":
    sys.exit(main())
