"""How often one may knock. What strangers can fill for somebody is counted in `community/signin/guesses.py`.

Here only what people themselves do is counted, and what a network does that has no person yet. Keys hold no address.
"""

from flask import Response
from flask_limiter.util import get_remote_address

from blueprints.access import current_member
from community import networks
from community.extensions import visitor_network
from community.signin.tokens import fingerprint

# A question for each letter typed, as fast as fingers are; too slow for writing off the whole list of members.
SUGGESTIONS_PER_MEMBER = "120 per minute"
# First codes of a telephone that is being set up. A stolen session cannot use up what its owner has elsewhere.
FIRST_CODES_PER_SESSION = "10 per hour;50 per day"
INVITATIONS_PER_MEMBER = "60 per hour"
# Each may send three hundred letters.
CSV_INVITATIONS_PER_MEMBER = "20 per hour"
LINKS_PER_MEMBER = "30 per hour"
# Mails about another address; what was refused sent none, and an open browser must not use up what its owner has.
ADDRESS_CHANGES_PER_MEMBER = "5 per hour"
# Mails to addresses that somebody has typed. A hall full of people who join shares one network; each address gets a few
# mails a day anyhow (community/joining/requests.py).
JOINS_PER_NETWORK = "300 per hour"
# An archive of pictures is work for the disk; nobody needs it more often.
DATA_EXPORTS_PER_MEMBER = "10 per hour"
# To the vendor, from a company's administrator.
WORDS_PER_MEMBER = "10 per hour"

REFUSED, DONE = 422, 302
# People who forgot their password have a way on when these are refused for too many tries.
ASK_WHO_SITS_THERE = frozenset(
    f"signin.{view}"
    for view in ("reauthenticate", "change_password", "change_email", "renew_recovery_codes", "turn_off_two_step")
)


def network() -> str:
    """The network's prefix, for counters that make a keyed hash of it."""
    return networks.prefix_of(get_remote_address())


def session_here() -> str:
    """Who is signed in, in this browser: what is done in another one in their name does not count here."""
    someone = current_member()
    return fingerprint(f"{someone.id} {someone.sign_in_key}") if someone else visitor_network()


def was_refused(response: Response) -> bool:
    """Only failures count: who comes in has not been guessing."""
    return response.status_code == REFUSED


def was_done(response: Response) -> bool:
    """Only what was done counts: a refused form has not sent anything."""
    return response.status_code == DONE
