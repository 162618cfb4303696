"""The register counts the different sources of a claim, tells the case when that is news, and forgets who they were."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command

from adapters.register.engine.sqlite import WritingConnection, register_url
from adapters.register.engine.upgrade import migrations
from adapters.register.store import SqlRegister
from domain.reports.report import FiledReport
from domain.reports.sources import KEPT, Source, marks_of
from tests.adapters.register.factories import START, WATER, WOLVES, ask, closing_record, filing, url

NEW, OLD = bytes([1] * 32), bytes([2] * 32)
MINUTE = timedelta(minutes=1)


def marks(n: int, *keys: bytes) -> tuple[str, ...]:
    """The marks of the n-th network under some keys; under today's if none is named."""
    return marks_of(Source(network=f"10.0.{n}.0/24"), keys or (NEW,))


async def reported(
    register: SqlRegister,
    source: tuple[str, ...],
    at: datetime = START,
    text: str = WATER,
    surge_at: int | None = None,
    channel: str = "public",
) -> FiledReport:
    return await register.file(filing(text, source=source, accepted_at=at, surge_at=surge_at, channel=channel))


async def sources_of(register: SqlRegister, case: str) -> int:
    row = await register.case(case)
    assert row is not None
    return row.sources


async def test_reports_of_one_source_are_many_sightings_and_one_source(register: SqlRegister) -> None:
    filed = [await reported(register, marks(1)) for _ in range(5)]
    await reported(register, marks(2))

    row = await register.case(filed[0].receipt.case_id)

    assert row is not None
    assert (row.sightings, row.sources) == (6, 2)


async def test_a_unit_counts_once_whoever_of_it_reports_and_however_late(register: SqlRegister) -> None:
    unit = marks_of(Source(unit="pt1"), ())
    opened = await reported(register, unit, channel="platform:pt1")
    await reported(register, unit, at=START + 2 * KEPT)
    await register.forget_sources(START + 3 * KEPT)
    await reported(register, unit, at=START + 3 * KEPT)

    assert await sources_of(register, opened.receipt.case_id) == 1


async def test_a_source_of_yesterday_is_known_again_and_goes_on_under_todays_key(
    register: SqlRegister, tmp_path: Path
) -> None:
    opened = await reported(register, marks(1, OLD))
    await reported(register, marks(1, NEW, OLD), at=START + timedelta(days=1))

    assert await sources_of(register, opened.receipt.case_id) == 1
    assert ask(tmp_path, "SELECT mark, reports FROM case_sources") == [(marks(1, NEW)[0], 2)]


async def test_a_source_whose_key_is_gone_counts_anew(register: SqlRegister) -> None:
    opened = await reported(register, marks(1, OLD))
    await reported(register, marks(1, NEW), at=START + KEPT)

    assert await sources_of(register, opened.receipt.case_id) == 2


async def test_of_two_marks_of_one_source_the_newest_is_taken(register: SqlRegister, tmp_path: Path) -> None:
    """Two processes whose days differ at midnight may have made both."""
    opened = await reported(register, marks(1, OLD))
    await reported(register, marks(1, NEW))
    await reported(register, marks(1, NEW, OLD))

    assert await sources_of(register, opened.receipt.case_id) == 2
    assert sorted(ask(tmp_path, "SELECT reports FROM case_sources")) == [(1,), (2,)]


async def test_the_heat_is_how_many_sources_have_reported_within_the_hour(register: SqlRegister) -> None:
    case = (await reported(register, marks(1))).receipt.case_id
    await reported(register, marks(2), at=START + 30 * MINUTE)
    await reported(register, marks(3), at=START + 59 * MINUTE)
    await reported(register, marks(3), at=START + 59 * MINUTE)

    hot = [await register.heat(case, START + n * MINUTE) for n in (59, 60, 89, 90, 119)]
    await reported(register, marks(1), at=START + 90 * MINUTE)

    assert hot == [3, 2, 2, 1, 0]
    assert await register.heat(case, START + 90 * MINUTE) == 2
    assert await register.heat("c-none", START) == 0


async def test_an_earlier_report_that_is_stored_later_cools_nothing(register: SqlRegister) -> None:
    case = (await reported(register, marks(1), at=START + 59 * MINUTE)).receipt.case_id
    await reported(register, marks(1), at=START)

    assert await register.heat(case, START + 100 * MINUTE) == 1


async def test_other_claims_have_sources_of_their_own(register: SqlRegister) -> None:
    one = await reported(register, marks(1))
    other = await reported(register, marks(1), text=WOLVES)

    assert [await sources_of(register, filed.receipt.case_id) for filed in (one, other)] == [1, 1]


async def test_a_case_is_told_at_milestones_of_sources_as_of_reports(register: SqlRegister) -> None:
    """Sixty reports of one source, then others: the case hears of the 2nd, 5th and 10th, though no count says so."""
    for _ in range(60):
        await reported(register, marks(1))

    later = [await reported(register, marks(n)) for n in range(2, 13)]

    told = {filed.handover.sighting.sources: filed.handover.sighting for filed in later if filed.handover}
    assert sorted(told) == [2, 5, 10]
    assert (told[10].count, told[10].heat) == (69, 10)


async def test_a_flood_tells_a_case_its_logarithm(register: SqlRegister) -> None:
    filed = [await reported(register, marks(n % 200), surge_at=10) for n in range(400)]

    told = [(one.handover.sighting.count, one.handover.sighting.sources) for one in filed if one.handover]

    assert told == [(n, n) for n in (1, 2, 5, 10, 20, 50, 100, 200)]


async def test_the_report_that_makes_a_surge_is_told_and_no_further_one(register: SqlRegister) -> None:
    filed = [await reported(register, marks(n), surge_at=7) for n in range(9)]

    told = [one.handover.sighting for one in filed if one.handover]

    assert [(one.count, one.heat) for one in told] == [(1, 1), (2, 2), (5, 5), (7, 7)]


async def test_the_case_keeps_the_figure_it_was_opened_with(register: SqlRegister) -> None:
    await reported(register, marks(0), surge_at=7)
    filed = [await reported(register, marks(n), surge_at=3) for n in range(1, 4)]

    assert [one.handover is not None for one in filed] == [True, False, False]


async def test_slow_sources_make_no_surge(register: SqlRegister, tmp_path: Path) -> None:
    filed = [await reported(register, marks(n), at=START + n * 20 * MINUTE, surge_at=4) for n in range(8)]

    assert [one.handover is not None for one in filed] == [True, True, False, False, True, False, False, False]
    assert ask(tmp_path, "SELECT surge_at FROM cases") == [(4,)]


async def test_what_is_handed_over_later_still_says_what_was_counted_then(register: SqlRegister) -> None:
    for n in range(5):
        await reported(register, marks(n))

    pending = {one.sighting.count: one.sighting for one in await register.pending(10)}

    assert (pending[5].sources, pending[5].heat) == (5, 5)


async def test_marks_are_forgotten_after_seven_days_and_the_count_stays(register: SqlRegister, tmp_path: Path) -> None:
    case = (await reported(register, marks(1))).receipt.case_id
    await reported(register, marks(2), at=START + timedelta(days=3))
    await reported(register, marks_of(Source(unit="pt1"), ()))

    await register.forget_sources(START + KEPT - MINUTE)
    before = len(ask(tmp_path, "SELECT 1 FROM case_sources"))
    await register.forget_sources(START + KEPT)

    assert (before, ask(tmp_path, "SELECT mark FROM case_sources ORDER BY mark")) == (
        3,
        [(marks(2)[0],), ("unit:pt1",)],
    )
    assert await sources_of(register, case) == 3


async def test_many_marks_are_forgotten_in_several_transactions(
    register: SqlRegister, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(25):
        await reported(register, marks(n))
    ran, real = [], register._writer.run

    async def counted(work):
        ran.append(work)
        return await real(work)

    monkeypatch.setattr(register._writer, "run", counted)
    monkeypatch.setattr("adapters.register.intake.sources.AT_ONCE", 10)
    await register.forget_sources(START + KEPT)

    assert len(ran) == 3
    assert ask(tmp_path, "SELECT count(*) FROM case_sources") == [(0,)]


async def test_a_report_that_leaves_takes_its_source_along(register: SqlRegister, tmp_path: Path) -> None:
    opened = await reported(register, marks(1))
    late = await reported(register, marks(2))
    await register.append(closing_record(opened.receipt.case_id))

    await register.reassign(late.receipt.report_id, "c-new", 2026, START + MINUTE, 10)
    again = await reported(register, marks(2), at=START + MINUTE)

    assert again.receipt.case_id == "c-new"
    assert [await sources_of(register, case) for case in (opened.receipt.case_id, "c-new")] == [1, 1]
    assert ask(tmp_path, "SELECT surge_at FROM cases WHERE case_id = 'c-new'") == [(10,)]


async def test_a_source_that_stays_with_another_report_counts_in_both_cases(register: SqlRegister) -> None:
    opened = await reported(register, marks(1))
    late = await reported(register, marks(1))
    await register.append(closing_record(opened.receipt.case_id))

    await register.reassign(late.receipt.report_id, "c-new", 2026, START)

    assert [await sources_of(register, case) for case in (opened.receipt.case_id, "c-new")] == [1, 1]


async def test_a_report_of_an_unknown_source_is_one(register: SqlRegister) -> None:
    opened = await reported(register, ())
    await reported(register, ())

    assert await sources_of(register, opened.receipt.case_id) == 1


def test_what_was_reported_before_counts_by_its_channels(tmp_path: Path) -> None:
    writing = WritingConnection(register_url(url(tmp_path)), timedelta(seconds=1))
    with closing(writing):
        with writing.transaction() as connection:
            command.upgrade(migrations(connection), "0016")
            connection.exec_driver_sql(
                "INSERT INTO cases (case_id, number, claim, running, opened_at, sightings, districts, channels, epoch, "
                "seq, stage, level, overdue, units, owners) "
                "VALUES ('c1', 'n', 'x', 1, '2026-11-24 01:00:00', 4, 0, 2, 0, 0, 'triage', 'red', 0, '[]', '[]')"
            )
            for n, channel in enumerate(("public", "public", "platform:pt1", "platform:pt1")):
                connection.exec_driver_sql(
                    "INSERT INTO reports (report_id, key, body_digest, case_id, text, channel, level, year, "
                    "accepted_at, match, opens, owed, rehomed, count, districts, channels) "
                    f"VALUES ('r{n}', 'k{n}', 'd', 'c1', 't', '{channel}', 'red', 2026, "
                    f"'2026-11-24 0{n}:00:00.000000', 'new', 0, 0, 0, 1, 1, 1)"
                )
        with writing.transaction() as connection:
            command.upgrade(migrations(connection), "head")

    assert ask(tmp_path, "SELECT sources, surge_at FROM cases") == [(2, None)]
    assert ask(tmp_path, "SELECT case_id, mark, last_at, last_report, reports, forget_at FROM case_sources") == [
        ("c1", "unit:pt1", "2026-11-24 03:00:00.000000", "r3", 2, None)
    ]
