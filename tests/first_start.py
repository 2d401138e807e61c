"""`python -m community`, from which whoever tests takes the database as it is before anything serves it.

So the sample community is loaded once: by the first start that tests/test_first_start.py looks at.
"""

import runpy
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from community import supervisor


def copying(supervise: Callable[..., None], database: Path, template: Path) -> Callable[..., None]:
    def copy_and_supervise(*processes: object, **options: object) -> None:
        with closing(sqlite3.connect(database)) as loaded, closing(sqlite3.connect(template)) as copy:
            loaded.backup(copy)
        supervise(*processes, **options)

    return copy_and_supervise


if __name__ == "__main__":
    supervisor.supervise = copying(supervisor.supervise, Path(sys.argv.pop(1)), Path(sys.argv.pop(1)))
    runpy.run_module("community", run_name="__main__", alter_sys=True)
