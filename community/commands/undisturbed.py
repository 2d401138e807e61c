"""Long commands beside a running embedded installation: SQLite has one writer at a time."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import click

from community import storage, supervisor
from community.config import Config, read_config

STOP_FIRST = "Nobody there could write meanwhile. Stop it, do this, and start it again."


@contextmanager
def exclusive_data_folder(config: Config) -> Iterator[None]:
    """Hold the data folder of an installation on SQLite. Raises ClickException while another process holds it."""
    with ExitStack() as stack:
        if storage.path_of_database(config) is not None:
            try:
                stack.enter_context(supervisor.claim(config.data_dir))
            except supervisor.TakenError as error:
                raise click.ClickException(f"{error} {STOP_FIRST}") from None
            except supervisor.CannotServeError:
                pass  # a full disk: the command itself reports it better
        yield


@contextmanager
def copy_if_it_runs(config: Config) -> Iterator[Config]:
    """Yield settings for work whose writes are thrown away: of a copy of the SQLite file if its owner runs."""
    path = storage.path_of_database(config)
    with ExitStack() as stack:
        try:
            if path is not None:
                stack.enter_context(supervisor.claim(config.data_dir))
        except supervisor.TakenError:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="verify-", dir=config.data_dir))
            yield _copy(config, path, Path(folder) / "tsudoi.db")
            return
        except supervisor.CannotServeError:
            pass  # as above
        yield config


def _copy(config: Config, path: Path | None, copy: Path) -> Config:
    with closing(sqlite3.connect(path or "", isolation_level=None)) as connection:
        connection.set_progress_handler(lambda: 0, 1_000_000)  # so that Ctrl-C is heard meanwhile
        connection.execute("VACUUM INTO ?", (str(copy),))
    return read_config(**{**config.model_dump(include=config.model_fields_set), "database_url": f"sqlite:///{copy}"})
