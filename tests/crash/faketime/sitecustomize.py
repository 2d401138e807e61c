"""For Python below Debian's faketime 0.9.10, whose clock_nanosleep refuses every sleep until an instant (EINVAL)."""

import threading
import time


def _sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


time.sleep = _sleep
