"""Makes the operator's commands end with a sentence, also on storage faults and Ctrl-C."""

import sqlite3

import click
from sqlalchemy.exc import SQLAlchemyError

from community import interruption, storage
from community.config import Config, ConfigError

OF_STORAGE = (OSError, SQLAlchemyError, sqlite3.Error, storage.StorageError)


class Commands(click.Group):
    """A group of commands whose `obj` is the configuration."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command and return its result. Raises ClickException for faults that the operator can mend."""
        try:
            return super().invoke(ctx)
        except (Exception, interruption.Stopped) as error:
            stopped = interruption.find_stop(error)
            if stopped is not None:
                click.echo(f"\n{interruption.SENTENCE}", err=True)
                ctx.exit(stopped.exit_code)
            if isinstance(error, ConfigError):
                raise click.ClickException(str(error)) from None
            if not isinstance(error, OF_STORAGE):
                raise
            said = storage.describe(error, ctx.obj if isinstance(ctx.obj, Config) else Config())
            if said is None:
                raise
            raise click.ClickException(said) from None
