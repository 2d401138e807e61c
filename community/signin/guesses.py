"""How often a password or a code may be wrong, and how many mails somebody may ask for in a person's name.

What strangers do never counts against a browser that its owner has used before: see docs/decisions/0023-doors.md,
which also says what each ceiling is good for and who can fill it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from community.accounts.mail_addresses import tidy_address
from community.signin import tokens, tries
from community.signin.tries import Ceiling, Counter, TooManyTriesError
from models.accounts import Member
from models.security import KnownDevice

A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)

# Somebody who has forgotten which of their passwords it was needs five tries, not ten. A stolen cookie gives no more.
PASSWORDS_ON_DEVICE = Ceiling("password, device", 10, AN_HOUR)
# The same for a browser nobody knows, for one account from one network; over the day a third of what the account bears.
PASSWORDS_FROM_NETWORK = Ceiling("password, account and network", 10, timedelta(minutes=15))
PASSWORDS_FROM_NETWORK_A_DAY = Ceiling("password, account and network, day", 30, A_DAY)
# Guessing from many networks at once: a hundred thousand a year, of which the usual passwords are refused anyway.
PASSWORDS_OF_ACCOUNT = Ceiling("password, account", 300, A_DAY)
# One password tried with many accounts. An office of 300 whose people all mistype three times stays below.
PASSWORDS_OF_NETWORK = Ceiling("password, network", 1000, timedelta(hours=6))

# A code has a million values, three of which are good: at 150 a day whoever knows the password needs six years.
CODES_ON_DEVICE = Ceiling("code, device", 10, AN_HOUR)
CODES_ON_DEVICES = Ceiling("code, devices", 100, A_DAY)
CODES_FROM_NETWORK = Ceiling("code, account and network", 10, AN_HOUR)
CODES_FROM_NETWORK_A_DAY = Ceiling("code, account and network, day", 20, A_DAY)
CODES_OF_ACCOUNT = Ceiling("code, account", 50, A_DAY)

# Mails to one person, wanted or not. Shorter than a link lives (tokens.RESET_LIFE) by the half hour that somebody needs
# to read it: whoever gets no new one still has a good one.
RESET_MAILS = Ceiling("reset mails", 2, tokens.RESET_LIFE - timedelta(minutes=30))
# An office on the Monday on which everybody was sent here. Beyond that each account still gets one an hour, or one
# machine could shut this way in for everybody in the office, after it has shut the other one (PASSWORDS_OF_NETWORK).
RESETS_FROM_NETWORK = Ceiling("resets, network", 300, AN_HOUR)
RESETS_FROM_BUSY_NETWORK = Ceiling("resets, account and busy network", 1, AN_HOUR)

# Whoever sits before an open browser: one count for all pages that ask for the password or a code, so that what one of
# them refuses is not tried at the next one. Of this sign-in alone: its owner is elsewhere.
INSIDE = Ceiling("inside, sign-in", 10, AN_HOUR)
INSIDE_A_DAY = Ceiling("inside, sign-in, day", 50, A_DAY)


@dataclass(frozen=True)
class Guess:
    """A try that has been counted; `uncount` if it was right."""

    counters: Sequence[Counter]


def guess_password(email: str, network: str, device: KnownDevice | None) -> Guess:
    """Count a try at this account's password. Raises TooManyTriesError. Accounts that do not exist count alike."""
    account = tokens.fingerprint(tidy_address(email))
    of_stranger = (
        PASSWORDS_FROM_NETWORK.of(account, network),
        PASSWORDS_FROM_NETWORK_A_DAY.of(account, network),
        PASSWORDS_OF_ACCOUNT.of(account),
        PASSWORDS_OF_NETWORK.of(network),
    )
    return _count_guess([PASSWORDS_ON_DEVICE.of(*_device_key(device))] if device else None, of_stranger)


def guess_code(member_id: int, network: str, device: KnownDevice | None) -> Guess:
    """Count a try at this person's second factor. Raises TooManyTriesError."""
    of_stranger = (
        CODES_FROM_NETWORK.of(member_id, network),
        CODES_FROM_NETWORK_A_DAY.of(member_id, network),
        CODES_OF_ACCOUNT.of(member_id),
    )
    of_device = [CODES_ON_DEVICE.of(*_device_key(device)), CODES_ON_DEVICES.of(member_id)] if device else None
    return _count_guess(of_device, of_stranger)


def guess_inside(member: Member) -> Guess:
    """Count a try at the password or a code of who is signed in, in this sign-in. Raises TooManyTriesError."""
    whose = member.id, member.sign_in_key
    return _count_guess(None, (INSIDE.of(*whose), INSIDE_A_DAY.of(*whose)))


def uncount(guess: Guess) -> None:
    """It was right: nobody has been guessing."""
    tries.uncount(guess.counters)


def ask_for_reset(email: str, network: str, device: KnownDevice | None) -> None:
    """Count a request for this account's link; a known device needs no leave. Raises TooManyTriesError.

    It is refused only where the network's count is full and this account had its one within the hour: then that link is
    in the mailbox, or the one before it.
    """
    if device is not None:
        return
    try:
        tries.count_try([RESETS_FROM_NETWORK.of(network)])
    except TooManyTriesError:
        tries.count_try([RESETS_FROM_BUSY_NETWORK.of(tokens.fingerprint(tidy_address(email)), network)])


def may_mail_reset(member: Member, device: KnownDevice | None, *, can_enter: bool) -> bool:
    """Count a mail with a link. False: enough have been sent, the latest of which is still good.

    After a new password they are not, and the count begins anew; so it does for who could not enter, got nothing, and
    now can. What strangers ask for counts apart from what the owner's own devices do.
    """
    asks = _device_key(device) if device else ()
    try:
        tries.count_try([RESET_MAILS.of(member.email, tokens.state_of(member), can_enter, *asks)])
    except TooManyTriesError:
        return False
    return True


def _device_key(device: KnownDevice) -> tuple[str, int]:
    """Whose counters a device's are. Not by its id: a database may give that of a forgotten device to another one."""
    return device.token_hash, device.member_id


def _count_guess(of_device: Sequence[Counter] | None, of_stranger: Sequence[Counter]) -> Guess:
    """A device whose own count is full is weighed like any stranger."""
    if of_device is not None:
        try:
            tries.count_try(of_device)
        except TooManyTriesError as full:
            return _count_guess_of_stranger(of_stranger, full.wait)
        return Guess(of_device)
    return _count_guess_of_stranger(of_stranger)


def _count_guess_of_stranger(counters: Sequence[Counter], other_wait: timedelta = A_DAY) -> Guess:
    """`other_wait`: after so long there is another way in."""
    try:
        tries.count_try(counters)
    except TooManyTriesError as full:
        raise TooManyTriesError(min(full.wait, other_wait)) from full
    return Guess(counters)
