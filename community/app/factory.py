"""Builds the application. Blueprints are passed in, so this floor never imports upward."""

from collections.abc import Iterable

from flask import Blueprint, Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from community import public, storage
from community.accounts import records
from community.config import ROOT, Config
from community.extensions import babel, csrf, limiter, login_manager, migrate
from community.jobs import make_celery
from community.room import Room, set_rooms
from community.rooms import ROOMS
from models.base import db, prepare_engine, set_reading

from . import hosts, logs, metrics, pages, proxies, rate_limits, reports, security

# One form with a screenshot or three; each file has its own, smaller limit in community/files.
MAX_REQUEST_BYTES = 32 * 1024 * 1024
MAX_FORM_TEXT_BYTES = 2 * 1024 * 1024
READING_METHODS = {"GET", "HEAD", "OPTIONS"}
# If Redis is gone, a request waits for it no longer than this.
REDIS_TIMEOUT_SECONDS = 0.1


def create_app(config: Config, *, rooms: Iterable[Room] = ROOMS, blueprints: Iterable[Blueprint] = ()) -> Flask:
    """Return an application for this configuration, with these rooms and their blueprints."""
    # With the repository as root, templates/ and static/ at the top are the application's own.
    app = Flask("community", root_path=str(ROOT), static_folder="static", template_folder="templates")
    storage.prepare(config)
    app.config.from_mapping(_settings(config))
    # Before any extension may query the database: the flag of the thread's previous request no longer holds.
    app.before_request(_say_whether_it_writes)
    set_rooms(app, rooms)
    app.extensions["integrity"] = storage.Watch(storage.path_of_database(config))
    logs.configure(app, config)
    metrics.count_requests(app)
    reports.start(config)
    proxies.warn_of_undeclared(app, config)
    hosts.refuse_foreign_names(app, config)
    security.refuse_foreign(app, config)  # before the extensions: the check of tokens reads the form
    _bind_extensions(app, config)
    security.protect(app, config)
    pages.prepare(app, config)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return app


def _settings(config: Config) -> dict[str, object]:
    sqlite = config.database.startswith("sqlite")
    return {
        "TSUDOI": config,
        "COMMUNITY_ZONE": config.zone,
        "SECRET_KEY": config.secret,
        "SQLALCHEMY_DATABASE_URI": config.database,
        # SQLite: a connection for every thread. PostgreSQL: connections that the server has closed are noticed.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": 20,
            # A thousand pages that come back at once queue for these twenty: greenlets wait well, a database does not.
            "max_overflow": 0 if config.socket_mode == "gevent" else 80,
            "pool_pre_ping": not sqlite,
            # Error messages are logged; what people typed must not be.
            "hide_parameters": True,
        },
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM_TEXT_BYTES,
        "BABEL_DEFAULT_LOCALE": config.default_locale,
        "BABEL_DEFAULT_TIMEZONE": config.time_zone,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "RATELIMIT_ENABLED": config.rate_limits,
        "RATELIMIT_STORAGE_URI": config.redis_url or rate_limits.SCHEME + "://",
        "RATELIMIT_STORAGE_OPTIONS": {
            "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
            "socket_timeout": REDIS_TIMEOUT_SECONDS,
        }
        if config.redis_url
        else {},
        # While Redis is gone, each process counts for itself.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(config.redis_url),
        # If Redis fails between the check and the count, the request still succeeds.
        "RATELIMIT_SWALLOW_ERRORS": True,
        **security.cookie_settings(config),
    }


def _bind_extensions(app: Flask, config: Config) -> None:
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    app.session_interface = security.PatientSessions()
    db.init_app(app)
    public.raise_versions_at_commit()
    records.record_changes()
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "models" / "migrations"), render_as_batch=True, compare_type=True)
    babel.init_app(app, locale_selector=pages.locale, timezone_selector=pages.time_zone)
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.init_app(app)
    make_celery(app, config)


def _say_whether_it_writes() -> None:
    set_reading(request.method in READING_METHODS)
