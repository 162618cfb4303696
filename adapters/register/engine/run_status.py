"""How open cases stand and what is undelivered, read from a register's file past the running program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import URL

from adapters.register.engine.errors import unavailable_when_passing

_TROUBLED = """
    SELECT cases.number, cursors.run, cursors.tries FROM cursors JOIN cases USING (case_id)
    WHERE cursors.run NOT IN ('running', 'completed') OR (cursors.tries >= ? AND cursors.problem IS NOT NULL)
    ORDER BY cases.position
"""

_UNDELIVERED = """
    SELECT coalesce(cases.number, undelivered.case_id) FROM undelivered LEFT JOIN cases USING (case_id)
    WHERE undelivered.person = '' OR cases.running OR cases.case_id IS NULL
    GROUP BY undelivered.case_id ORDER BY min(undelivered.position)
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
    rows = _read(url, _TROUBLED, (tries,))
    stopped = [number for number, run, _ in rows if run not in ("running", "completed")]
    return TroubledRuns(stopped, [number for number, run, _ in rows if run in ("running", "completed")])


def undelivered_cases(url: URL) -> list[str]:
    """Return the numbers of cases of which something could not be delivered, and still concerns somebody.

    Raises:
        Unavailable: there is no file, or it cannot be opened now.

    """
    return [number for (number,) in _read(url, _UNDELIVERED, ())]


def _read(url: URL, question: str, values: tuple[int, ...]) -> list[tuple[Any, ...]]:
    file = quote(str(Path(url.database or "").absolute()))
    # not mode=ro: that cannot open a file in WAL mode whose last user closed it
    with unavailable_when_passing(), closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as connection:
        return connection.execute(question, values).fetchall()
