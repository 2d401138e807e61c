"""Figures for Prometheus: those of this process, and those of the database that all processes share.

Requests, sockets and connections are counted where they happen, so every process is scraped by itself and Prometheus
sums them by `instance`. Figures of the database are the same in every process: take the maximum. Labels name endpoints,
states and projections, never people.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from community import realtime
from community.ledger.queries import get_oldest_pending
from community.mail.queries import count_mails, get_longest_due
from community.projections.projectors import PROJECTORS
from community.projections.queries import list_progress
from models.base import db, now

EXTENSION = "metrics"
# Seconds: from a cached page to a page that nobody waits for any longer.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Figures of the database are asked for at most this often, however many Prometheus servers scrape.
KEEP_SECONDS = 10.0
PROJECTION_NAMES = tuple(projector.name for projector in PROJECTORS)


@dataclass
class _Meters:
    """The meters of one application; nothing here is global."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram


def count_requests(app: Flask) -> None:
    """Count and time every request of this application."""
    registry = CollectorRegistry()
    requests = Counter("tsudoi_requests", "Requests answered.", ("endpoint", "status"), registry=registry)
    seconds = Histogram("tsudoi_request_seconds", "Time to answer.", ("endpoint",), buckets=BUCKETS, registry=registry)
    ProcessCollector(registry=registry)
    registry.register(_OfProcess(app))
    registry.register(_OfDatabase())
    app.extensions[EXTENSION] = _Meters(registry, requests, seconds)
    app.before_request(_start_clock)
    app.after_request(lambda response: _count_response(app, response))


def _start_clock() -> None:
    g.metrics_began = time.perf_counter()


def _count_response(app: Flask, response: Response) -> Response:
    # An address without an endpoint is no label: anybody could add as many as they like.
    endpoint = request.endpoint or "none"
    meters: _Meters = app.extensions[EXTENSION]
    meters.requests.labels(endpoint, str(response.status_code)).inc()
    if "metrics_began" in g:
        meters.seconds.labels(endpoint).observe(time.perf_counter() - g.metrics_began)
    return response


def expose(app: Flask) -> tuple[bytes, str]:
    """Return all figures in the format that the request accepts, and their content type."""
    meters: _Meters = app.extensions[EXTENSION]
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return encode(meters.registry), content_type


class _OfProcess(Collector):
    """Figures of this process: open sockets and database connections."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def describe(self) -> list[Metric]:
        """Return nothing: the figures are known only when they are collected."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the open sockets of this process and, with a connection pool, its connections."""
        yield _gauge("tsudoi_open_sockets", "Live-update sockets of this process.", realtime.count_sockets(self._app))
        pool = db.engine.pool
        if isinstance(pool, QueuePool):
            in_use = GaugeMetricFamily("tsudoi_database_connections", "Of this process's pool.", labels=["state"])
            in_use.add_metric(["in_use"], pool.checkedout())
            in_use.add_metric(["idle"], pool.checkedin())
            yield in_use


@dataclass(eq=False)  # the registry keeps it by its identity
class _OfDatabase(Collector):
    """Figures of the database; queried at most every KEEP_SECONDS, by the first request that finds them outdated."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: list[Metric] = field(default_factory=list)
    kept_at: float = float("-inf")

    def describe(self) -> list[Metric]:
        """Return nothing: the figures are known only when they are collected."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the kept figures, after querying the database if they are too old."""
        with self.lock:
            if time.monotonic() - self.kept_at > KEEP_SECONDS:
                self.kept, self.kept_at = _ask_database(), time.monotonic()
            yield from self.kept


def _ask_database() -> list[Metric]:
    try:
        found = [metric for ask in _QUESTIONS for metric in ask()]
    except SQLAlchemyError:
        db.session.rollback()
        return [_gauge("tsudoi_database_up", "Whether the database answers.", 0)]
    return [_gauge("tsudoi_database_up", "Whether the database answers.", 1), *found]


def _ask_ledger() -> Iterator[Metric]:
    oldest = get_oldest_pending()
    age = max((now() - oldest).total_seconds(), 0) if oldest else 0
    yield _gauge("tsudoi_oldest_pending_signal_seconds", "How long the oldest signal has waited for its place.", age)
    # Names that dashboards know: a reader is a projection.
    lag = GaugeMetricFamily("tsudoi_reader_lag_signals", "Signals still to be projected.", labels=["reader"])
    stuck = GaugeMetricFamily("tsudoi_stuck_signals", "Signals that could not be projected.", labels=["reader"])
    for progress in list_progress(PROJECTION_NAMES):
        lag.add_metric([progress.name], progress.behind)
        stuck.add_metric([progress.name], progress.stuck)
    yield from (lag, stuck)


def _ask_outbox() -> Iterator[Metric]:
    mails = GaugeMetricFamily("tsudoi_mails", "Mails in the outbox's table.", labels=["state"])
    for state, count in count_mails().items():
        mails.add_metric([state], count)
    yield mails
    due = get_longest_due(now())
    age = (now() - due).total_seconds() if due else 0
    yield _gauge("tsudoi_oldest_due_mail_seconds", "How long the most belated mail has been due.", age)


_QUESTIONS: tuple[Callable[[], Iterator[Metric]], ...] = (_ask_ledger, _ask_outbox)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
