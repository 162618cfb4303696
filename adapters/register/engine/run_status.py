"""How open cases stand, what is undelivered, which merges go round: read from a register's file past the program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import URL

from adapters.register.engine.errors import unavailable_when_passing
from adapters.register.engine.sqlite import file_uri
from domain.errors import Unavailable

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

_CIRCULAR = """
    WITH RECURSIVE reached(origin, case_id) AS (
        SELECT case_id, merged_into FROM cases WHERE merged_into IS NOT NULL
        UNION
        SELECT origin, merged_into FROM reached JOIN cases USING (case_id) WHERE merged_into IS NOT NULL
    )
    SELECT number FROM cases WHERE case_id IN (SELECT origin FROM reached WHERE origin = case_id) ORDER BY position
"""

_OPEN_OF_UNIT = """
    SELECT number FROM cases
    WHERE running AND (
        lead = :unit
        OR EXISTS (SELECT 1 FROM asked_units WHERE asked_units.case_id = cases.case_id AND asked_units.unit = :unit)
        OR EXISTS (SELECT 1 FROM json_each(cases.units) WHERE value = :unit)
        OR EXISTS (SELECT 1 FROM json_each(cases.owners) WHERE value = :unit)
    )
    ORDER BY position
"""

_SET_BACK = """
    SELECT cases.number FROM cursors JOIN cases USING (case_id)
    WHERE cases.running AND cursors.epoch > 1 AND EXISTS (
        SELECT 1 FROM timeline
        WHERE timeline.case_id = cases.case_id
            AND json_extract(timeline.entry, '$.event.kind') = 'epoch_opened'
            AND json_extract(timeline.entry, '$.event.cause') = 'reset'
    )
    ORDER BY cases.position
"""


class TroubledRuns(NamedTuple):
    """The numbers of open cases whose workflow was stopped, that have not answered for long, or were set back."""

    stopped: list[str]
    silent: list[str]
    set_back: list[str]


def troubled_runs(url: URL, tries: int) -> TroubledRuns:
    """Return the open cases whose workflow was stopped, that did not answer `tries` times in a row, or were set back.

    Raises:
        Unavailable: there is no file, or it cannot be opened now.

    """
    rows = _read(url, _TROUBLED, (tries,))
    stopped = [number for number, run, _ in rows if run not in ("running", "completed")]
    silent = [number for number, run, _ in rows if run in ("running", "completed")]
    return TroubledRuns(stopped, silent, [number for (number,) in _read(url, _SET_BACK, ())])


def undelivered_cases(url: URL) -> list[str]:
    """Return the numbers of cases of which something could not be delivered, and still concerns somebody.

    Raises:
        Unavailable: there is no file, or it cannot be opened now.

    """
    return [number for (number,) in _read(url, _UNDELIVERED, ())]


def circular_merges(url: URL) -> list[str]:
    """Return the numbers of cases that were merged into one another in a circle; this version lets none close.

    Raises:
        Unavailable: there is no file, or it cannot be opened now.

    """
    return [number for (number,) in _read(url, _CIRCULAR, ())]


def open_cases_of(url: URL, unit: str) -> list[str]:
    """Return the numbers of open cases that ask a unit, ever asked it, or wait for it.

    Raises:
        Unavailable: there is no file, it cannot be opened now, or it is of an earlier version.

    """
    try:
        return [number for (number,) in _read(url, _OPEN_OF_UNIT, {"unit": unit})]
    except sqlite3.OperationalError as fault:  # a table is missing: the program has not been started since its upgrade
        raise Unavailable(type(fault).__name__) from fault


def _read(url: URL, question: str, values: tuple[int, ...] | dict[str, str]) -> list[tuple[Any, ...]]:
    # not mode=ro: that cannot open a file in WAL mode whose last user closed it
    with unavailable_when_passing(), closing(sqlite3.connect(f"{file_uri(url)}?mode=rw", uri=True)) as connection:
        return connection.execute(question, values).fetchall()
