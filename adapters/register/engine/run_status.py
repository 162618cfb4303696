"""How the workflows of open cases stand, read from a register's file past the running program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import URL

from adapters.register.engine.errors import unavailable_when_passing

_TROUBLED = """
    SELECT cases.number, cursors.run, cursors.tries FROM cursors JOIN cases USING (case_id)
    WHERE cursors.run NOT IN ('running', 'completed') OR (cursors.tries >= ? AND cursors.problem IS NOT NULL)
    ORDER BY cases.position
"""


class TroubledRuns(NamedTuple):
    """The numbers of open cases whose workflow was stopped, and of those that have not answered for long."""

    stopped: list[str]
    silent: list[str]


def troubled_runs(url: URL, tries: int) -> TroubledRuns:
    """Return the open cases whose workflow was stopped, or that did not answer `tries` times in a row.

    Raises:
        Unavailable: there is no file, or it cannot be opened now.

    """
    file = quote(str(Path(url.database or "").absolute()))
    # not mode=ro: that cannot open a file in WAL mode whose last user closed it
    with unavailable_when_passing(), closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as connection:
        rows = connection.execute(_TROUBLED, (tries,)).fetchall()
    stopped = [number for number, run, _ in rows if run not in ("running", "completed")]
    return TroubledRuns(stopped, [number for number, run, _ in rows if run in ("running", "completed")])
