"""Limits on what members do themselves, and on networks where no member is known yet.

What strangers could use up for somebody else is counted in `community/signin/guesses.py`. Keys contain no address.
"""

from flask import Response
from flask_limiter.util import get_remote_address

from blueprints.access import current_member
from community import networks
from community.extensions import visitor_network
from community.signin.tokens import fingerprint

# One request for each letter typed; too slow for copying the whole list of members.
SUGGESTIONS_PER_MEMBER = "120 per minute"
# First codes of a telephone that is being set up. A stolen session cannot use up the owner's tries elsewhere.
FIRST_CODES_PER_SESSION = "10 per hour;50 per day"
INVITATIONS_PER_MEMBER = "60 per hour"
# Each may send three hundred letters.
CSV_INVITATIONS_PER_MEMBER = "20 per hour"
LINKS_PER_MEMBER = "30 per hour"
# Mails about another address. Refused forms sent none, and an unattended browser must not use up the owner's share.
ADDRESS_CHANGES_PER_MEMBER = "5 per hour"
# Mails to addresses that somebody has typed. A hall full of people who join shares one network; each address gets a few
# mails a day anyhow (community/joining/requests.py).
JOINS_PER_NETWORK = "300 per hour"
# An archive of pictures is work for the disk; nobody needs it more often.
DATA_EXPORTS_PER_MEMBER = "10 per hour"
# To the vendor, from a company's administrator.
WORDS_PER_MEMBER = "10 per hour"

REFUSED, DONE = 422, 302
# Where too many tries are refused, these offer a reset by mail, since the member may have forgotten the password.
ASK_WHO_SITS_THERE = frozenset(
    f"signin.{view}"
    for view in ("reauthenticate", "change_password", "change_email", "renew_recovery_codes", "turn_off_two_step")
)


def network() -> str:
    """Return the prefix of the client's network, for counters that hash it with a key."""
    return networks.prefix_of(get_remote_address())


def session_here() -> str:
    """Return the key of the member's session in this browser; for a guest, of the network."""
    someone = current_member()
    return fingerprint(f"{someone.id} {someone.sign_in_key}") if someone else visitor_network()


def was_refused(response: Response) -> bool:
    """Return whether the form was refused. Only failures count: who succeeds has not been guessing."""
    return response.status_code == REFUSED


def was_done(response: Response) -> bool:
    """Return whether the request did anything. A refused form has sent no mail."""
    return response.status_code == DONE
