"""Who may take the lease, whether the clock was set back; durations and chunk sizes of running projections."""

from datetime import datetime, timedelta

from models.projections import ProjectionLease

# After the process that holds the lease dies, the others wait for this long at most. Correctness does not depend on it:
# every transaction of a run locks the lease's row and checks its holder.
LEASE = timedelta(seconds=10)
# Hosts whose clocks differ by more have no time service; a clock that falls back further was set back.
CLOCK_SKEW = timedelta(minutes=1)
# Signals sequenced in one transaction, and processed by a projector in one transaction.
SEQUENCE_CHUNK = 5_000
PROJECTION_CHUNK = 5_000
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
RETRY_CHUNK = 100


def is_free(lease: ProjectionLease, at: datetime) -> bool:
    """Return whether anybody may take the lease at this instant.

    No lease is longer than LEASE: one that ends later was taken before the clock was set back.
    """
    return not lease.holder or not at < lease.until <= at + LEASE


def set_back_by(lease: ProjectionLease, at: datetime) -> timedelta:
    """Return by how much the clock was set back since the last run; zero if it was not."""
    ahead = lease.until - at - (LEASE if lease.holder else timedelta())
    return ahead if ahead > CLOCK_SKEW else timedelta()


def pause_after(tries: int) -> timedelta:
    """Return the pause of a stuck signal after so many tries: doubling, up to six hours."""
    return min(FIRST_PAUSE * 2 ** min(tries - 1, 16), LONGEST_PAUSE)
