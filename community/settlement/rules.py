"""How long, how many, how soon again."""

from datetime import datetime, timedelta

from models.settlement import SettlerLease

# A settler that died keeps the others waiting for this long at most. Correctness does not hang on it: every settling
# transaction locks the lease's row and looks whose it is.
LEASE = timedelta(seconds=10)
# Signals given their place in one transaction, and read by a reader in one transaction.
SEQUENCE_CHUNK = 5_000
READER_CHUNK = 5_000
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
RETRY_CHUNK = 100


def is_free(lease: SettlerLease, holder: str, at: datetime) -> bool:
    """Whether `holder` may settle at this instant."""
    return lease.holder == holder or lease.until <= at


def pause_after(tries: int) -> timedelta:
    """How long a stuck signal rests after so many tries: doubling, up to six hours."""
    return min(FIRST_PAUSE * 2 ** min(tries - 1, 16), LONGEST_PAUSE)
