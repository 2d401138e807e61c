"""How often a password or a code may be wrong, and how many mails may be requested in a person's name.

What strangers do never counts against a browser that its owner has used before: see docs/decisions/0023-doors.md, which
also says what each ceiling is good for and who can fill it.
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

# A code has a million values, three of which are good: at 150 a day somebody with the password needs six years.
CODES_ON_DEVICE = Ceiling("code, device", 10, AN_HOUR)
CODES_ON_DEVICES = Ceiling("code, devices", 100, A_DAY)
CODES_FROM_NETWORK = Ceiling("code, account and network", 10, AN_HOUR)
CODES_FROM_NETWORK_A_DAY = Ceiling("code, account and network, day", 20, A_DAY)
CODES_OF_ACCOUNT = Ceiling("code, account", 50, A_DAY)

# Mails to one person, wanted or not. Shorter than a link lives (tokens.RESET_LIFE) by the half hour that somebody needs
# to read it: a person who gets no new one still has a good one.
RESET_MAILS = Ceiling("reset mails", 2, tokens.RESET_LIFE - timedelta(minutes=30))
# An office on the Monday on which everybody was sent here. Beyond that each account still gets one an hour, or one
# machine could shut this way in for everybody in the office, after it has shut the other one (PASSWORDS_OF_NETWORK).
RESETS_FROM_NETWORK = Ceiling("resets, network", 300, AN_HOUR)
RESETS_FROM_BUSY_NETWORK = Ceiling("resets, account and busy network", 1, AN_HOUR)

# Somebody at an open browser: one count for all pages that ask for the password or a code, so that what one of them
# refuses is not tried at the next one. Of this sign-in alone: its owner is elsewhere.
INSIDE = Ceiling("inside, sign-in", 10, AN_HOUR)
INSIDE_A_DAY = Ceiling("inside, sign-in, day", 50, A_DAY)


@dataclass(frozen=True)
class Guess:
    """A try that has been counted; `uncount` it if it was right."""

    counters: Sequence[Counter]


def count_password_guess(email: str, network: str, device: KnownDevice | None) -> Guess:
    """Count a try at this account's password, and return it. Accounts that do not exist count alike.

    Raises TooManyTriesError.
    """
    account = tokens.fingerprint(tidy_address(email))
    of_stranger = (
        PASSWORDS_FROM_NETWORK.of(account, network),
        PASSWORDS_FROM_NETWORK_A_DAY.of(account, network),
        PASSWORDS_OF_ACCOUNT.of(account),
        PASSWORDS_OF_NETWORK.of(network),
    )
    return _count_guess([PASSWORDS_ON_DEVICE.of(*_device_key(device))] if device else None, of_stranger)


def count_code_guess(member_id: int, network: str, device: KnownDevice | None) -> Guess:
    """Count a try at this person's second factor, and return it. Raises TooManyTriesError."""
    of_stranger = (
        CODES_FROM_NETWORK.of(member_id, network),
        CODES_FROM_NETWORK_A_DAY.of(member_id, network),
        CODES_OF_ACCOUNT.of(member_id),
    )
    of_device = [CODES_ON_DEVICE.of(*_device_key(device)), CODES_ON_DEVICES.of(member_id)] if device else None
    return _count_guess(of_device, of_stranger)


def count_guess_inside(member: Member) -> Guess:
    """Count a try at the password or a code of a signed-in member, in this sign-in, and return it.

    Raises TooManyTriesError.
    """
    whose = member.id, member.sign_in_key
    return _count_guess(None, (INSIDE.of(*whose), INSIDE_A_DAY.of(*whose)))


def uncount(guess: Guess) -> None:
    """Uncount a try that was right."""
    tries.uncount(guess.counters)


def count_reset_request(email: str, network: str, device: KnownDevice | None) -> None:
    """Count a request for this account's reset link; requests from a known device are not counted.

    Raises TooManyTriesError only where the network's count is full and this account had its one within the hour: then
    that link is in the mailbox, or the one before it.
    """
    if device is not None:
        return
    try:
        tries.count_try([RESETS_FROM_NETWORK.of(network)])
    except TooManyTriesError:
        tries.count_try([RESETS_FROM_BUSY_NETWORK.of(tokens.fingerprint(tidy_address(email)), network)])


def count_reset_mail(member: Member, device: KnownDevice | None, *, can_enter: bool) -> bool:
    """Count a mail with a reset link; return False, and count nothing, if no further one may be sent.

    Then enough have been sent, and the latest link is still good. The count begins anew after a new password, and
    when a person who could not sign in now can. What strangers ask for counts apart from the owner's own devices.
    """
    asks = _device_key(device) if device else ()
    try:
        tries.count_try([RESET_MAILS.of(member.email, tokens.state_of(member), can_enter, *asks)])
    except TooManyTriesError:
        return False
    return True


def _device_key(device: KnownDevice) -> tuple[str, int]:
    """Return what names the device's counters: not its id, which a database may give to another device later."""
    return device.token_hash, device.member_id


def _count_guess(of_device: Sequence[Counter] | None, of_stranger: Sequence[Counter]) -> Guess:
    """Count the try at the device's own counters; if they are full, or there is no device, at those of strangers.

    Raises TooManyTriesError.
    """
    if of_device is not None:
        try:
            tries.count_try(of_device)
        except TooManyTriesError as full:
            return _count_guess_of_stranger(of_stranger, full.wait)
        return Guess(of_device)
    return _count_guess_of_stranger(of_stranger)


def _count_guess_of_stranger(counters: Sequence[Counter], other_wait: timedelta = A_DAY) -> Guess:
    """Count the try at these counters. Raises TooManyTriesError.

    `other_wait`: after so long the device's own counters are free again.
    """
    try:
        tries.count_try(counters)
    except TooManyTriesError as full:
        raise TooManyTriesError(min(full.wait, other_wait)) from full
    return Guess(counters)
