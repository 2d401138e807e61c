"""How often one may knock. Keys are fingerprints: no address is kept in the store of counters."""

from flask import Response, request
from flask_limiter.util import get_remote_address

from blueprints.access import current_member
from blueprints.accounts import doors
from community.accounts.mail_addresses import tidy_address
from community.accounts.tokens import fingerprint

# Somebody who has forgotten which of their passwords it was needs five tries, not ten.
SIGN_IN_PER_ADDRESS = "10 per 15 minutes"
# From many machines at once against one person: slow enough that even a bad password holds for years.
SIGN_IN_PER_ACCOUNT = "30 per hour"
# One machine trying one password with many people. A hall full of people shares one machine: only failures count.
SIGN_IN_PER_MACHINE = "100 per hour"
# Mails to one person, wanted or not.
RESETS_PER_ACCOUNT = "5 per hour"
RESETS_PER_MACHINE = "30 per hour"
# A question for each letter typed, as fast as fingers are; too slow for writing off the whole list of members.
SUGGESTIONS_PER_MEMBER = "120 per minute"
# A code has a million values, three of which are good: whoever knows the password guesses it in some centuries.
CODES_PER_MEMBER = "10 per hour;50 per day"
# Of who sits before an open browser: counted there, so that a stolen one cannot use up what its owner has elsewhere.
PROOFS_PER_BROWSER = "10 per hour;50 per day"
INVITATIONS_PER_MEMBER = "60 per hour"
# Each may send three hundred letters.
ROSTERS_PER_MEMBER = "20 per hour"
LINKS_PER_MEMBER = "30 per hour"
# Mails to one address that somebody has typed, and from one machine, which a whole company may share.
JOINS_PER_ADDRESS = "5 per hour"
JOINS_PER_MACHINE = "60 per hour"
# An archive of pictures is work for the disk; nobody needs it more often.
TAKE_OUTS_PER_MEMBER = "10 per hour"
# To the vendor, from a company's administrator.
WORDS_PER_MEMBER = "10 per hour"
GUESSES_PER_TOKEN_MACHINE = "60 per hour"  # noqa: S105  a limit

REFUSED = 422


def account() -> str:
    """The person whose address was typed, whether or not there is one."""
    return fingerprint(tidy_address(request.form.get("email", "")))


def account_and_machine() -> str:
    return f"{account()} {get_remote_address()}"


def member() -> str:
    """Who is signed in."""
    someone = current_member()
    return str(someone.id) if someone else get_remote_address()


def here() -> str:
    """The browser in which somebody is signed in."""
    someone = current_member()
    return f"browser {someone.sign_in_key}" if someone else get_remote_address()


def expected() -> str:
    """Who is expected to type a code, at the door or inside."""
    waiting = doors.waiting()
    return str(waiting.member_id) if waiting else member()


def was_refused(response: Response) -> bool:
    """Only failures count: who comes in has not been guessing."""
    return response.status_code == REFUSED
