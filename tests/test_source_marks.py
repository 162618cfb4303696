"""The marks of sources as a process makes them: yesterday's key knows a source, one of seven days ago does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from structlog.testing import capture_logs

from desk.admission.source_marks import SourceMarks
from domain.errors import Unavailable
from domain.reports.sources import Source, is_kept

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
HOME = Source(network="192.0.2.0/24")


class Keys:
    """Keys in memory, made as the days come; none while they are out of order."""

    def __init__(self) -> None:
        self.made: dict[date, bytes] = {}
        self.broken = False
        self.asked = 0

    def in_use(self, today: date) -> Sequence[bytes]:
        self.asked += 1
        if self.broken:
            raise Unavailable("the keys of sources: OSError")
        self.made.setdefault(today, bytes([len(self.made)] * 32))
        return [self.made[day] for day in sorted(self.made, reverse=True) if is_kept(day, today)]

    def drop(self, today: date) -> None:
        self.made = {day: key for day, key in self.made.items() if is_kept(day, today)}


@pytest.mark.parametrize(("days", "known"), [(0, True), (1, True), (6, True), (7, False)])
async def test_a_mark_is_found_under_the_keys_of_the_last_seven_days(days: int, known: bool) -> None:
    marks = SourceMarks(Keys())
    (then, *_) = await marks.of(HOME, TODAY)

    now = await marks.of(HOME, TODAY + days * DAY)

    assert (then in now) is known
    assert (then == now[0]) is (days == 0)


async def test_the_keys_are_read_once_a_day() -> None:
    keys = Keys()
    marks = SourceMarks(keys)

    for _ in range(3):
        await marks.of(HOME, TODAY)

    assert keys.asked == 1


async def test_dropped_keys_are_forgotten_in_memory_too() -> None:
    keys = Keys()
    marks = SourceMarks(keys)
    await marks.of(HOME, TODAY)
    old = keys.made[TODAY]

    await marks.drop_expired(TODAY + 7 * DAY)

    assert old not in keys.made.values()
    assert old not in marks._in_use


async def test_without_keys_a_report_is_counted_by_a_key_of_the_process() -> None:
    keys = Keys()
    keys.broken = True
    marks = SourceMarks(keys)

    with capture_logs() as lines:
        first, second = await marks.of(HOME, TODAY), await marks.of(HOME, TODAY)
    keys.broken = False
    healed = await marks.of(HOME, TODAY)

    assert first == second != healed
    assert [line["event"] for line in lines] == ["sources.no_key"] * 2
    assert "192.0.2" not in str(lines)
    assert first[0] not in str(lines)


async def test_a_unit_needs_no_key() -> None:
    keys = Keys()

    assert await SourceMarks(keys).of(Source(unit="pt1"), TODAY) == ("unit:pt1",)
    assert keys.asked == 0
