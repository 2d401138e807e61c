"""Where the embedded installation counts what is limited."""

from limits.storage import MemoryStorage

from community.clock import StepWatch

SCHEME = "steady-memory"


class SteadyMemoryStorage(MemoryStorage):
    """Counts in this process's memory, and from nothing when the clock was set: windows end by the clock."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  as the library declares it

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str) -> None:  # noqa: FBT001, FBT002  the library's
        self._watch = StepWatch()
        super().__init__(uri, wrap_exceptions, **options)

    def get(self, key: str) -> int:
        """Return the count of a window; the library asks before it counts."""
        if self._watch.take_step():
            self.reset()
        return super().get(key)
