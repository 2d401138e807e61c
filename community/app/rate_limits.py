"""Storage of the embedded installation's rate limits."""

from limits.storage import MemoryStorage

from community.clock import StepWatch

SCHEME = "steady-memory"


class SteadyMemoryStorage(MemoryStorage):
    """Counters in this process's memory. Reset when the wall clock is set, since windows end by the wall clock."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  as the library declares it

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str) -> None:  # noqa: FBT001, FBT002  the library's
        self._watch = StepWatch()
        super().__init__(uri, wrap_exceptions, **options)

    def get(self, key: str) -> int:
        """Return the count of a window. The library calls this before it counts."""
        if self._watch.take_step():
            self.reset()
        return super().get(key)
