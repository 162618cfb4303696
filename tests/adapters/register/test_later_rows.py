"""Rows a later version wrote: one this version cannot read hides no other, and what it can read it keeps whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from adapters.register.store import SqlRegister
from domain.access.reading import EVERYTHING
from domain.events import Noted, UnknownEvent
from domain.events.chain import first_break, first_hash
from domain.ports.rows import CaseFilter
from tests.adapters.register.factories import WATER, WOLVES, filing, issue, record


def written(folder: Path, statement: str, *values: str) -> None:
    """Write into the file past the register, as a later version would."""
    with closing(sqlite3.connect(folder / "register.db")) as connection, connection:
        connection.execute(statement, values)


async def test_a_row_this_version_cannot_read_hides_no_other(register: SqlRegister, tmp_path: Path) -> None:
    cases = [(await register.file(filing(text))).receipt.case_id for text in (WATER, WOLVES)]
    for case_id in cases:
        await register.append(record(case_id, 1))
        await register.put(issue(case_id))
    later = "UPDATE cases SET summary = json_set(summary, '$.stage', 'mediation') WHERE case_id = ?"
    written(tmp_path, later, cases[0])
    page = "UPDATE publications SET publication = json_set(publication, '$.page.publication', 'film') WHERE case_id = ?"
    written(tmp_path, page, cases[0])

    rows = {row.case_id: row.summary for row in await register.cases(CaseFilter(), EVERYTHING)}
    assert rows[cases[0]] is None
    assert rows[cases[1]] is not None
    assert [one.case_id for one in await register.pages(10)] == [cases[1]]


async def test_a_timeline_with_later_fields_and_kinds_comes_back_to_the_letter(register: SqlRegister) -> None:
    case_id = (await register.file(filing())).receipt.case_id
    await register.append(
        record(case_id, 1, 2, events=(Noted(text="a", mood="calm"), UnknownEvent(kind="weighed", g=3)))
    )

    lines = [line.model_dump(mode="json", exclude={"epoch"}) for line in await register.timeline(case_id)]

    assert first_break(first_hash(case_id), lines) is None
    cursor = await register.cursor(case_id)
    assert cursor is not None
    assert (
        cursor.position.head
        == record(case_id, 1, 2, events=(Noted(text="a", mood="calm"), UnknownEvent(kind="weighed", g=3))).head
    )
    assert [line["event"] for line in lines] == [
        {"kind": "noted", "text": "a", "mood": "calm"},
        {"kind": "weighed", "g": 3},
    ]
