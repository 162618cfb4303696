from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.register.parts.timeline import UnknownCase
from adapters.register.store import SqlRegister
from domain.access.reading import EVERYTHING
from domain.events import CaseClosed, Sighted
from domain.events.chain import first_break, first_hash
from domain.ports.rows import CaseFilter, CaseRow
from domain.reports.report import Match
from domain.runs import RunStatus
from domain.vocabulary import Level, Stage
from tests.adapters.register.factories import (
    OFFICER,
    START,
    WATER,
    WOLVES,
    closing_record,
    debt,
    filing,
    issue,
    record,
    summary,
)


async def opened(register: SqlRegister, text: str = WATER) -> str:
    return (await register.file(filing(text))).receipt.case_id


async def row_of(register: SqlRegister, case_id: str) -> CaseRow:
    row = await register.case(case_id)
    assert row is not None
    return row


async def test_a_case_nobody_spoke_of_yet_is_shown_as_filed(register: SqlRegister) -> None:
    row = await row_of(register, await opened(register))

    assert (row.number, row.claim, row.level, row.opened_at) == ("辟〔2026〕0001", WATER, Level.YELLOW, START)
    assert (row.sightings, row.summary, row.published) == (1, None, False)
    assert await register.case("c-unknown") is None


async def test_entries_told_twice_stand_once_and_in_order(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register.append(record(case_id, 1, 2))
    await register.append(record(case_id, 1, 2, 3, 4))
    await register.append(record(case_id, 2, 3))

    lines = await register.timeline(case_id)
    assert [(line.epoch, line.seq) for line in lines] == [(1, 1), (1, 2), (1, 3), (1, 4)]


async def test_entries_behind_a_gap_are_not_added_and_the_case_is_asked(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register.append(record(case_id, 1))
    await settled(register, case_id)

    reached = await register.append(record(case_id, 3, 4))

    assert reached == record(case_id, 1).position
    assert [line.seq for line in await register.timeline(case_id)] == [1]
    assert [one.case_id for one in await register.due(START, 10)] == [case_id]
    assert await register.append(record(case_id, 1, 2, 3, 4)) == record(case_id, 4).position


async def test_an_entry_once_written_is_never_changed_and_another_in_its_place_has_the_case_asked(
    register: SqlRegister,
) -> None:
    case_id = await opened(register)
    await register.append(record(case_id, 1))
    await settled(register, case_id)
    await register.append(record(case_id, 1, events=(Sighted(count=9, districts=9, channels=9),)))

    assert [line.event.model_dump() for line in await register.timeline(case_id)] == [
        {"kind": "noted", "text": "第1条"}
    ]
    assert [one.case_id for one in await register.due(START, 10)] == [case_id]


async def test_an_epoch_begins_where_the_one_before_was_left(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register.append(record(case_id, 1, 2, 3, 4))
    again = record(case_id, 3, events=(Sighted(count=9, districts=9, channels=9),), epoch=2)

    assert await register.append(again) == again.position

    lines = await register.timeline(case_id)
    assert [(line.epoch, line.seq) for line in lines] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 3)]
    assert lines[1].previous != lines[4].previous == lines[2].previous


async def settled(register: SqlRegister, case_id: str) -> None:
    """Let nothing be due of a case, as after an answer with all that was missing."""
    asked = await register.cursor(case_id)
    assert asked is not None
    await register.project(record(case_id, asked.position.seq or 1), asked, None)
    assert await register.due(START, 10) == []


async def test_the_timeline_is_json(register: SqlRegister) -> None:
    case_id = await opened(register)
    told = record(case_id, 1, 2, events=(Sighted(count=2, districts=1, channels=1), CaseClosed()), by=OFFICER)
    await register.append(told)

    shown = [line.model_dump(mode="json") for line in await register.timeline(case_id)]
    assert shown == [
        {
            "epoch": 1, "seq": 1, "at": "2026-11-24T01:01:00Z", "by": OFFICER.model_dump(mode="json"),
            "event": {"kind": "sighted", "count": 2, "districts": 1, "channels": 1},
            "previous": first_hash(case_id),
        },
        {
            "epoch": 1, "seq": 2, "at": "2026-11-24T01:02:00Z", "by": OFFICER.model_dump(mode="json"),
            "event": {"kind": "case_closed", "exit": None, "verdict": None, "remarks": None},
            "previous": told.entries[1].previous,
        },
    ]  # fmt: skip
    assert first_break(first_hash(case_id), [{k: v for k, v in one.items() if k != "epoch"} for one in shown]) is None
    assert await register.timeline("c-unknown") == []


@pytest.mark.parametrize(("epoch", "seq"), [(1, 4), (0, 9)])
async def test_an_older_summary_does_not_move_a_case_back(register: SqlRegister, epoch: int, seq: int) -> None:
    case_id = await opened(register)
    await register.append(record(case_id, *range(1, 6), stage=Stage.VERIFICATION))
    await register.append(record(case_id, seq, epoch=epoch, stage=Stage.TRIAGE))

    row = await row_of(register, case_id)
    assert row.summary is not None
    assert (row.summary.seq, row.summary.stage) == (5, Stage.VERIFICATION)
    assert len(await register.timeline(case_id)) == 5


@pytest.mark.parametrize(("epoch", "seq"), [(1, 5), (1, 6), (2, 1)])
async def test_a_summary_that_is_not_older_moves_a_case_on(register: SqlRegister, epoch: int, seq: int) -> None:
    case_id = await opened(register)
    await register.append(record(case_id, *range(1, 6)))
    await register.append(record(case_id, seq, epoch=epoch, level=Level.RED, next_wake=START + timedelta(hours=3)))

    row = await row_of(register, case_id)
    assert row.level is Level.RED
    assert row.summary == summary(case_id, seq, epoch=epoch, level=Level.RED, next_wake=START + timedelta(hours=3))


async def test_an_older_word_does_not_close_a_case(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register.append(record(case_id, 12))
    await register.append(closing_record(case_id, 9))

    assert (await register.file(filing(WATER))).receipt.match is Match.EXACT


async def test_a_word_after_the_end_does_not_take_the_claim_back_from_a_newer_case(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register.append(closing_record(case_id))
    newer = await opened(register)
    await register.append(record(case_id, 1, epoch=2))

    assert (await register.file(filing(WATER))).receipt.case_id == newer != case_id


@pytest.mark.parametrize("seqs", [(1, 2), ()])
async def test_telling_of_an_unknown_case_is_an_error(register: SqlRegister, seqs: tuple[int, ...]) -> None:
    with pytest.raises(UnknownCase):
        await register.append(record("c-unknown", *seqs))


async def test_the_sightings_of_a_case_are_what_the_register_counted(register: SqlRegister) -> None:
    case_id = await opened(register)
    for _ in range(2):
        await register.file(filing(WATER))
    await register.append(record(case_id, 1, sightings=2))

    assert (await row_of(register, case_id)).sightings == 3


async def test_a_case_with_a_page_is_shown_as_published(register: SqlRegister) -> None:
    case_id = await opened(register)
    await register.put(issue(case_id))

    assert (await row_of(register, case_id)).published
    assert [row.published for row in await register.cases(CaseFilter(), EVERYTHING)] == [True]


async def test_cases_are_listed_newest_first_up_to_a_limit(register: SqlRegister) -> None:
    ids = [await opened(register, f"第{n}条完全不一样的网传说法") for n in range(3)]

    assert [row.case_id for row in await register.cases(CaseFilter(), EVERYTHING)] == ids[::-1]
    assert [row.case_id for row in await register.cases(CaseFilter(limit=2), EVERYTHING)] == ids[:0:-1]


@pytest.mark.parametrize(
    "wanted",
    [
        CaseFilter(stage=Stage.VERIFICATION),
        CaseFilter(level=Level.RED),
        CaseFilter(topic="供水"),
        CaseFilter(district="东汀区"),
        CaseFilter(overdue=True),
        CaseFilter(unit="swj"),
        CaseFilter(unit="hbj"),
        CaseFilter(owner="hbj"),
        CaseFilter(stage=Stage.VERIFICATION, level=Level.RED, topic="供水", unit="hbj", owner="hbj", overdue=True),
    ],
)
async def test_every_filter_finds_the_cases_it_names(register: SqlRegister, wanted: CaseFilter) -> None:
    case_id = await opened(register, WATER)
    await register.append(
        record(
            case_id, 1, stage=Stage.VERIFICATION, level=Level.RED, topic="供水", district="东汀区", overdue=True,
            lead="swj", units=("hbj", "wjw"), debts=(debt("wxb"), debt("hbj")),
        )
    )  # fmt: skip
    await register.append(record(await opened(register, WOLVES), 1, lead="hb", units=("swjt",), debts=(debt("hbjx"),)))

    assert [row.case_id for row in await register.cases(wanted, EVERYTHING)] == [case_id]


@pytest.mark.parametrize(
    "wanted", [CaseFilter(overdue=False), CaseFilter(stage=Stage.REPORT), CaseFilter(level=Level.YELLOW)]
)
async def test_a_case_nobody_spoke_of_yet_is_found_as_reported_and_not_overdue(
    register: SqlRegister, wanted: CaseFilter
) -> None:
    case_id = await opened(register)

    assert [row.case_id for row in await register.cases(wanted, EVERYTHING)] == [case_id]
    assert await register.cases(CaseFilter(overdue=True), EVERYTHING) == []
    assert await register.cases(CaseFilter(unit="swj' OR 1=1 --"), EVERYTHING) == []


async def test_an_entry_this_version_does_not_know_keeps_nobody_from_the_others(
    register: SqlRegister, tmp_path: Path
) -> None:
    case_id = await opened(register)
    await register.append(record(case_id, 1, 2))
    with closing(sqlite3.connect(tmp_path / "register.db")) as store, store:
        store.execute(
            "UPDATE timeline SET entry = json_set(entry, '$.event', json(?)) WHERE seq = 1",
            ('{"kind": "foreseen", "by_whom": "x"}',),
        )

    lines = await register.timeline(case_id)

    assert [line.event.kind for line in lines] == ["foreseen", "noted"]
    assert lines[0].model_dump(mode="json")["event"] == {"kind": "foreseen", "by_whom": "x"}


async def test_the_most_urgent_come_first_and_those_that_ask_nothing_any_more_are_left_out(
    register: SqlRegister,
) -> None:
    late, soon, undated, over = [await opened(register, f"第{n}条完全不一样的网传说法") for n in range(4)]
    for case_id, due in ((late, START + timedelta(hours=9)), (soon, START + timedelta(hours=1)), (undated, None)):
        await register.append(record(case_id, 1, due=due))
    await register.append(record(over, 1, closed_at=START, stage=Stage.CLOSURE))
    cursor = await register.cursor(over)
    assert cursor is not None
    await register.stands(cursor, RunStatus.COMPLETED, heard=True)

    found = await register.cases(CaseFilter(live=True, urgent_first=True), EVERYTHING)

    assert [row.case_id for row in found] == [soon, late, undated]
    assert [row.case_id for row in await register.cases(CaseFilter(live=False), EVERYTHING)] == [over]
