"""Commands about accounts: the first administrator, and re-encryption with a new secret key."""

import sys
from typing import NoReturn

import click

from community import supervisor
from community.accounts import actions
from community.accounts.mail_addresses import is_address, tidy_address
from community.accounts.names import is_handle
from community.accounts.queries import get_member_by_address_key, get_member_by_handle
from community.accounts.rules import are_published_refused, is_sample_login
from community.app import create_app
from community.config import Config
from community.signin import second_factor
from community.signin.passwords import MAX_LENGTH, MIN_LENGTH, hash_password, is_guessable
from community.text.ascii import fold_ascii
from models.accounts import StaffRole
from models.base import transaction

# More than any password has, so that a file piped in by mistake is not read to its end.
LONGEST_INPUT_BYTES = 64 * 1024


def _refuse_password(context: click.Context, option: click.Parameter, value: str | None) -> None:
    """Refuse a password on the command line: others on the machine can read it, and the shell keeps it."""
    del context, option
    if value is not None:
        message = (
            "--password is not taken: a command line is seen by everybody on this machine. Choose another password, "
            "leave the option out, and type it when asked or pipe it into standard input."
        )
        raise click.ClickException(message)


@click.command("create-admin")
@click.argument("email")
@click.option("--family-name")
@click.option("--given-name")
@click.option("--handle", help="Short name in ASCII, for mentions.")
@click.option("--password", hidden=True, is_eager=True, expose_value=False, callback=_refuse_password)
@click.pass_context
def create_admin(
    context: click.Context, email: str, family_name: str | None, given_name: str | None, handle: str | None
) -> None:
    """Create an administrator, who can then invite everybody else.

    The password is asked for, or read from standard input where that is no terminal: one line.
    """
    family_name, given_name = _ask("--family-name", family_name), _ask("--given-name", given_name)
    email, handle = tidy_address(email), fold_ascii(_ask("--handle", handle)).lower()
    password = _read_password()
    with create_app(context.obj).app_context():
        _refuse_unfit(email, handle, password, (family_name, given_name))
        password_hash = hash_password(password)
        with transaction():
            _refuse_taken(email, handle)
            actions.create_member(
                email, handle, family_name, given_name=given_name,
                password_hash=password_hash, staff_role=StaffRole.ADMINISTRATOR,
            )  # fmt: skip
    click.echo(f"{email} is an administrator.")


def _ask(option: str, given: str | None) -> str:
    """Return the given value, else ask for it. Piped input is reserved for the password."""
    if given is not None:
        return given
    if not sys.stdin.isatty():
        message = f"{option} is missing; standard input is read for the password alone."
        raise click.UsageError(message)
    return str(click.prompt(option.removeprefix("--").replace("-", " ").capitalize()))


def _read_password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    given = sys.stdin.buffer.read(LONGEST_INPUT_BYTES)
    try:
        line = given.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        _exit_refusing("The password on standard input is not UTF-8.")
    if not line:
        _exit_refusing("Standard input holds no password. Pipe one line into it, or call this from a terminal.")
    if "\n" in line:
        _exit_refusing("Standard input holds more than one line; the password is one line.")
    return line


def _refuse_unfit(email: str, handle: str, password: str, names: tuple[str, ...]) -> None:
    """Refuse what the pages refuse."""
    if not is_address(email):
        _exit_refusing(f"{email!r} is no mail address: there is a name, an @-sign and a domain in one.")
    if is_sample_login(email) and are_published_refused():
        _exit_refusing(f"{email} is an address for examples: in production nobody signs in with one.")
    if not is_handle(handle):
        _exit_refusing("A handle is 2 to 32 of a-z 0-9 _ -, begins with a letter and is no reserved word.")
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        _exit_refusing(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.")
    if is_guessable(password, email, handle, *names):
        _exit_refusing("That password is among the first that anybody would try.")


def _refuse_taken(email: str, handle: str) -> None:
    known = get_member_by_address_key(email)
    if known and known.email == tidy_address(email):
        _exit_refusing("There is a member with that address already.")
    if known:
        _exit_refusing(f"That is another form of the address of a member: {known.email}.")
    if get_member_by_handle(handle):
        _exit_refusing("There is a member with that handle already.")


@click.command("rotate-keys")
@click.option("--new", is_flag=True, help="First make a new secret key in the data folder (embedded, and stopped).")
@click.pass_context
def rotate_keys(context: click.Context, *, new: bool) -> None:
    """Encrypt what is kept encrypted (authenticators) with today's secret key, so that earlier ones can go."""
    config: Config = context.obj
    if new and config.secret_key.get_secret_value():
        _exit_refusing(
            "TSUDOI_SECRET_KEY is set: put the new one there, and the old one into TSUDOI_SECRET_KEYS_BEFORE."
        )
    if not new:
        _encrypt_anew(config)
        return
    try:
        with supervisor.claim(config.data_dir):
            fresh = config.make_new_secret()
            _encrypt_anew(fresh)
            fresh.forget_secrets_before()
    except supervisor.CannotServeError as error:
        _exit_refusing(str(error))
    click.echo("There is a new secret key in the data folder. Everybody signs in again.")


def _encrypt_anew(config: Config) -> None:
    """Encrypt authenticators with today's key. Exit with 1 if some still need an earlier key."""
    with create_app(config).app_context(), transaction():
        counts = second_factor.encrypt_anew()
    click.echo(f"Authenticators encrypted with today's secret key: {counts.done}")
    if counts.derived:
        click.echo(f"Not encrypted yet, until their people sign in: {counts.derived}. Keep the earlier keys so long.")
    if counts.unreadable:
        click.echo(
            f"Unreadable: {counts.unreadable}. Add the secret key they were made with to TSUDOI_SECRET_KEYS_BEFORE, "
            "or let these people sign in with a recovery code and set up their authenticator anew."
        )
    if counts.derived or counts.unreadable:
        sys.exit(1)


def _exit_refusing(sentence: str) -> NoReturn:
    raise click.ClickException(sentence)
