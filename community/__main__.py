"""The operator's commands: `python -m community <command>`."""

from community import interruption  # isort: skip  first of all, see below

if __name__ == "__main__":
    # The other imports take most of the first second.
    interruption.end_at_once_on_signals()

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import flask_migrate
from flask import Flask, current_app

from community import backup, demo, processes, storage, supervisor
from community.app import create_app
from community.audit.queries import list_wrong_texts
from community.commands import announcing, undisturbed
from community.commands.accounts import create_admin, rotate_keys
from community.config import Config, ConfigError, read_config
from community.health import publishing
from community.health.score_checks import list_score_faults
from community.health.snapshot_checks import list_snapshot_faults
from community.ledger.rules import day_of
from community.mail.tasks import take_report
from community.projections import tasks as projections
from community.projections.projectors import PROJECTORS
from community.room import IndexAfter, current_rooms
from community.search import actions as search
from community.search.queries import count_documents
from community.signin import second_factor
from community.terminal import Commands
from models.base import now, transaction

# Enough for a bounce report; the returned mail that follows in it is not needed.
BOUNCE_MAX_BYTES = 1_000_000


@click.group(help=__doc__, cls=Commands)
@click.option("--data", type=click.Path(path_type=Path), help="Folder for everything the embedded mode writes.")
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Read the settings once for all commands; `context.obj` is the `Config`."""
    context.obj = _read_config(**({"data_dir": data} if data else {}))


class _BadSettingsError(click.ClickException):
    """Invalid settings: click's exit code for wrong usage, without the command's usage line, which does not help."""

    exit_code = click.UsageError.exit_code


def _read_config(**given: object) -> Config:
    try:
        return read_config(**given)
    except ConfigError as error:
        raise _BadSettingsError(str(error)) from None


main.add_command(create_admin)
main.add_command(rotate_keys)


def _app(context: click.Context) -> Flask:
    return create_app(context.obj)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", type=click.Path(path_type=Path), help="Folder for everything the embedded mode writes.")
@click.option("--no-demo", is_flag=True, help="Do not load the sample community at the first start.")
@click.pass_context
def serve(context: click.Context, host: str, port: int, data: Path | None, *, no_demo: bool) -> None:
    """Run the embedded installation: web and worker, restarted when they crash, until Ctrl-C."""
    config: Config = context.obj
    changes: dict[str, object] = {"data_dir": data} if data else {}
    if "public_url" not in config.model_fields_set:
        changes["public_url"] = announcing.address_of(host, port)
    config = _read_config(**{**config.model_dump(include=config.model_fields_set), **changes})
    context.obj = context.find_root().obj = config
    try:
        with supervisor.claim(config.data_dir):
            supervisor.refuse_taken_port(host, port)
            app = _app(context)
            with app.app_context():
                _migrate()
                if not no_demo and config.environment != "production" and announcing.is_empty():
                    click.echo("Loading the sample community …")
                    _load_demo(app, None)
                when_up = announcing.announce(config, host, port)
            with storage.kept_open(config):
                supervisor.supervise(processes.embedded_processes(config, host, port), when_up=when_up)
    except supervisor.CannotServeError as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option("--to", default="", help="The address it came to, where the mail server can say.")
@click.pass_context
def bounce(context: click.Context, to: str) -> None:
    """Read a mail that came back from standard input, and note whom it did not reach. For a mail server's pipe."""
    with _app(context).app_context():
        noted = take_report(sys.stdin.buffer.read(BOUNCE_MAX_BYTES), to)
    # Exit code 0 either way: a report that cannot be read must not be bounced to its sender.
    click.echo(f"Mail {noted.mail_id} came back: {noted.status}" if noted else "No mail of ours came back.")


@main.command()
@click.pass_context
def migrate(context: click.Context) -> None:
    """Bring the database's tables to this code's version; what each new part needs of the old rows is made."""
    with undisturbed.exclusive_data_folder(context.obj), _app(context).app_context():
        _migrate()
        for line in announcing.list_sample_warnings():
            click.echo(line, err=True)
    click.echo("The database is up to date.")


def _migrate() -> None:
    storage.refuse_damaged(current_app.config["TSUDOI"])
    flask_migrate.upgrade()
    with transaction():
        publishing.ensure_first_policy()
        second_factor.encrypt_derived()
    _mend_index()


def _mend_index() -> None:
    """Fill an empty search index, and let the rooms mend what has become outdated by itself."""
    with transaction():
        if count_documents() == 0:  # in one transaction, so that an interrupted run starts again
            for index_after in _list_indexers():
                last: int | None = 0
                while last is not None:
                    last = index_after(last)
    for searchable in current_rooms().searchables:
        searchable.mend()


def _list_indexers() -> list[IndexAfter]:
    return [index_after for searchable in current_rooms().searchables for index_after in searchable.indexers]


@main.command("process-pending")
@click.pass_context
def process_pending(context: click.Context) -> None:
    """Process the ledger's pending signals, here and now."""
    with _app(context).app_context():
        projections.process_pending()


main.add_command(process_pending, "settle")  # its former name, which operators' scripts may still use


@main.command()
@click.argument("names", nargs=-1, type=click.Choice([projector.name for projector in PROJECTORS]))
@click.pass_context
def rebuild(context: click.Context, names: tuple[str, ...]) -> None:
    """Empty projections of the ledger and derive them again from its start (all of them if none is named)."""
    chosen = tuple(projector for projector in PROJECTORS if not names or projector.name in names)
    with _app(context).app_context():
        projections.rebuild(chosen)
    click.echo("Rebuilt: " + ", ".join(projector.name for projector in chosen))


@main.command()
@click.pass_context
def reindex(context: click.Context) -> None:
    """Build the search index anew from what the rooms hold. Meanwhile what is not yet in it is not found."""
    with _app(context).app_context():
        click.echo(f"{_reindex()} things can be found.")


def _reindex() -> int:
    """Index everything, oldest first, one transaction per chunk; return the number of documents.

    Newest documents get the highest numbers, as if they had been indexed when they were written.
    """
    with transaction():
        search.forget_everything()
    for index_after in _list_indexers():
        last: int | None = 0
        while last is not None:
            with transaction():
                last = index_after(last)
    return count_documents()


@main.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Compare projections with the ledger, snapshots with a recomputation, texts of the audit log with their hashes."""
    with _app(context).app_context():
        storage.refuse_damaged(context.obj, thoroughly=True)
    with undisturbed.copy_if_it_runs(context.obj) as config, create_app(config).app_context():
        findings = [*projections.compare_projections(), *_compute_again()]
    for finding in findings:
        click.echo(finding)
    if findings:
        sys.exit(1)
    click.echo("The ledger, its projections and the snapshots agree.")


@main.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def make_backup(context: click.Context, file: Path) -> None:
    """Write database and uploads into one archive, while everything runs."""
    with _app(context).app_context():
        manifest = backup.make_backup(file)
    click.echo(f"{file}: {sum(manifest.counts.values())} rows, {manifest.uploads} uploads.")


@main.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def restore_backup(context: click.Context, file: Path) -> None:
    """Put an archive's contents into an empty installation, then verify it. The secret key is not in the archive."""
    with undisturbed.exclusive_data_folder(context.obj), _app(context).app_context():
        manifest = backup.restore_backup(file)
        _mend_index()
    click.echo(f"Restored what version {manifest.version} had at {manifest.made_at}.")
    context.invoke(verify)


def _compute_again() -> Iterator[str]:
    with transaction():
        for account_id, day, problem in list_snapshot_faults():
            yield f"snapshot of account {account_id} on {day}: {problem}"
        for account_id, problem in list_score_faults():
            yield f"score of account {account_id}: {problem}"
        yield from list_wrong_texts()


@main.command("demo")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Load as if today were this day.")
@click.pass_context
def load_demo(context: click.Context, day: datetime | None) -> None:
    """Load the sample community of the fictional product クミヒモ; refused in production and beside real rows."""
    if context.obj.environment == "production":
        raise click.ClickException(
            "The sample community is not for production: its administrator has a password that everybody knows."
        )
    with undisturbed.exclusive_data_folder(context.obj), (app := _app(context)).app_context():
        _load_demo(app, day)
        for line in announcing.list_sample_logins():
            click.echo(line)


def _load_demo(app: Flask, day: datetime | None) -> None:
    began = time.perf_counter()
    at = day.replace(tzinfo=UTC) if day else now()
    try:
        # One transaction: a killed process leaves nothing behind, and the next start loads everything.
        with transaction():
            summary = demo.load(day_of(at, app.config["COMMUNITY_ZONE"]))
            demo.derive()
    except demo.RealRowsError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{summary} ({time.perf_counter() - began:.1f} s)")


if __name__ == "__main__":
    interruption.raise_on_signals()
    try:
        main()
    finally:
        interruption.ignore_signals()
