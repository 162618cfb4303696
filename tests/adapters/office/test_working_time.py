"""The calendar of an office: days by list and notice, instants by zone, and the part a case carries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.office.load import read_calendar
from adapters.office.working_time import SLICE_LIMIT
from domain.worktime.office_calendar import DayKind, DaySource
from domain.worktime.working_time import Span, TimeUnit, WorkingTime
from tests.adapters.office.calendars import (
    SHANGHAI,
    VECTORS,
    WEEK,
    at,
    day_of,
    days_of,
    folder_with,
    working_of,
)
from tests.adapters.office.played_cases import CONFIG, office

CN = f'country = "CN"\n{WEEK}\n'
MONDAY = WEEK.splitlines()[1]


# --- days ------------------------------------------------------------------------------------------------------------


def test_every_day_from_2010_to_2026_is_worked_as_another_source_has_it() -> None:
    days = {one.day: bool(one.windows) for one in read_calendar(CONFIG).days if one.day.year <= 2026}

    assert len(days) == (date(2027, 1, 1) - date(2010, 1, 1)).days
    assert {day for day, worked in days.items() if worked != chinese_calendar.is_workday(day)} == set()


def test_a_make_up_workday_has_the_hours_of_the_weekday_it_stands_for(tmp_path: Path) -> None:
    friday = MONDAY.replace("monday", "friday")
    short = CN.replace(friday, 'friday = [["09:00", "12:00"]]')

    assert day_of(days_of(tmp_path, short), date(2026, 2, 14)).windows == ((540, 720),)  # for Friday, 20 February
    assert day_of(days_of(tmp_path, short), date(2026, 2, 28)).windows == ((540, 720), (810, 1080))  # for a Monday


def test_an_office_that_rests_on_the_weekday_anyway_does_not_make_up_for_it(tmp_path: Path) -> None:
    calendar = days_of(tmp_path, CN.replace(MONDAY.replace("monday", "friday"), ""))

    assert day_of(calendar, date(2026, 2, 14)).kind is DayKind.REST


NOTICE = """
[[notice]]
name = "2027年的通知"
year = 2027
  [[notice.holiday]]
  name = "元旦"
  since = 2026-12-31
  until = 2027-01-02
  work = [2026-12-26]
  [[notice.holiday]]
  name = "春节"
  since = 2027-02-05
  until = 2027-02-11
  work = [2027-01-31, { day = 2027-02-20, hours = [["10:00", "12:00"]] }]
"""


def test_a_notice_tells_its_year_whole_and_reaches_over_its_turn(tmp_path: Path) -> None:
    calendar = days_of(tmp_path, CN + NOTICE)
    told = {day: day_of(calendar, day) for day in (date(2026, 12, 26), date(2026, 12, 31), date(2027, 2, 20))}

    assert calendar.covered_until == date(2027, 12, 31)
    assert [one.kind for one in told.values()] == [DayKind.MAKEUP, DayKind.HOLIDAY, DayKind.MAKEUP]
    assert told[date(2026, 12, 26)].windows == ((540, 720), (810, 1080))
    assert told[date(2027, 2, 20)].windows == ((600, 720),)
    assert told[date(2026, 12, 31)].name == "元旦"
    assert told[date(2026, 12, 31)].notice == "2027年的通知"
    national_day = day_of(calendar, date(2027, 10, 1))  # the list's estimate does not stand in a year told whole
    assert (national_day.kind, national_day.source) == (DayKind.WORKDAY, DaySource.WEEK)
    assert day_of(calendar, date(2026, 10, 1)).kind is DayKind.HOLIDAY


def test_a_notice_without_a_year_changes_its_days_alone_and_the_later_one_stands(tmp_path: Path) -> None:
    one = '[[notice]]\nname = "{}"\n[[notice.holiday]]\nname = "停工"\n{}\n'
    calendar = days_of(
        tmp_path,
        CN + one.format("一", "since = 2026-03-09\nuntil = 2026-03-10") + one.format("二", "work = [2026-03-10]"),
    )

    assert day_of(calendar, date(2026, 3, 9)).kind is DayKind.HOLIDAY
    assert day_of(calendar, date(2026, 3, 10)).kind is DayKind.MAKEUP
    assert day_of(calendar, date(2026, 10, 1)).kind is DayKind.HOLIDAY
    assert calendar.covered_until == date(2026, 12, 31)
    assert [stands.day for stands, _ in calendar.unlike()] == [date(2026, 3, 9)]


def test_a_notice_two_years_ahead_covers_nothing_before_the_one_between_is_there(tmp_path: Path) -> None:
    later = '[[notice]]\nname = "{0}"\nyear = {0}\nholiday = [{{ name = "元旦", since = {0}-01-01 }}]\n'

    assert days_of(tmp_path, CN + later.format(2028)).covered_until == date(2026, 12, 31)
    assert days_of(tmp_path, CN + later.format(2028) + later.format(2027)).covered_until == date(2028, 12, 31)


def test_what_nobody_has_told_yet_is_an_estimate_with_the_holidays_that_are_sure() -> None:
    days = read_calendar(CONFIG)

    assert day_of(days, date(2027, 1, 1)).source is DaySource.ESTIMATE
    assert day_of(days, date(2027, 1, 1)).kind is DayKind.HOLIDAY
    assert {one.source for one in days.days if one.day > days.covered_until} == {DaySource.ESTIMATE}
    assert DaySource.ESTIMATE not in {one.source for one in days.days if one.day <= days.covered_until}


def test_a_country_without_moved_workdays_is_known_by_rule_and_none_has_only_what_is_written(tmp_path: Path) -> None:
    german = days_of(tmp_path, CN.replace("CN", "DE"))
    none = days_of(tmp_path, "covered_until = 2027-06-30\n" + CN.replace("CN", "none"))

    assert german.covered_until.year == 2040
    assert day_of(german, date(2027, 12, 25)).kind is DayKind.HOLIDAY
    assert none.covered_until == date(2027, 6, 30)
    assert day_of(none, date(2026, 10, 1)).kind is DayKind.WORKDAY


def test_an_office_without_a_calendar_of_its_own_has_the_packaged_one(tmp_path: Path) -> None:
    assert working_of(tmp_path, None) == office().working


# --- versions --------------------------------------------------------------------------------------------------------

TOLD_2026 = """
[[notice]]
name = "国务院办公厅关于2026年部分节假日安排的通知"
year = 2026
holiday = [
  { name = "元旦", since = 2026-01-01, until = 2026-01-03, work = [2026-01-04] },
  { name = "春节", since = 2026-02-15, until = 2026-02-23, work = [2026-02-14, 2026-02-28] },
  { name = "清明节", since = 2026-04-04, until = 2026-04-06 },
  { name = "劳动节", since = 2026-05-01, until = 2026-05-05, work = [2026-05-09] },
  { name = "端午节", since = 2026-06-19, until = 2026-06-21 },
  { name = "中秋节", since = 2026-09-25, until = 2026-09-27 },
  { name = "国庆节", since = 2026-10-01, until = 2026-10-07, work = [2026-09-20, 2026-10-10] },
]
"""


def test_who_tells_the_days_changes_no_version_as_long_as_they_are_the_same(tmp_path: Path) -> None:
    assert working_of(tmp_path, CN + TOLD_2026) == office().working
    assert days_of(tmp_path, CN + TOLD_2026).unlike() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("work = [2026-05-09]", "work = [2026-05-10]"),
        ("since = 2026-06-19", "since = 2026-06-18"),
        ('monday = [["09:00"', 'monday = [["09:05"'),
        ('country = "CN"', 'country = "CN"\ncovered_until = 2026-12-30'),
    ],
)
def test_another_day_or_hour_is_another_version(tmp_path: Path, old: str, new: str) -> None:
    text = CN + TOLD_2026
    assert old in text

    assert working_of(tmp_path, text.replace(old, new)).version != office().working.version


# --- instants --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "budget", "due"), VECTORS)
def test_the_golden_vectors_hold_on_the_whole_calendar_and_on_the_part_a_case_carries(
    start: str, budget: str, due: str
) -> None:
    whole = office().working

    for working in (whole, whole.part(at(start))):
        assert working.after(at(start), Span.of(budget)) == at(due)
        assert not working.provisional(at(due))


def test_time_that_was_paused_is_not_used_up() -> None:
    working, start = office().working, at("2026-03-06T15:00")
    used = working.measure(TimeUnit.HOURS, start, at("2026-03-06T17:00"), start)
    left = Span.of("16wh").ticks - used

    assert working.add(TimeUnit.HOURS, at("2026-03-09T10:00"), left, start) == at("2026-03-10T18:00")


ALL_DAY = 'country = "none"\ncovered_until = 2030-12-31\n[week]\n' + "\n".join(
    f'{day} = [["00:00", "24:00"]]'
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Europe/Berlin", "2026-03-29", 23 * 60),
        ("Europe/Berlin", "2026-10-25", 25 * 60),
        ("America/New_York", "2026-03-08", 23 * 60),
        ("America/New_York", "2026-11-01", 25 * 60),
        ("Australia/Lord_Howe", "2026-04-05", 24 * 60 + 30),
        ("Australia/Lord_Howe", "2026-10-04", 24 * 60 - 30),
        ("Asia/Beirut", "2026-03-29", 23 * 60),  # its midnight is the one that is left out
        ("Pacific/Apia", "2011-12-30", 0),  # a day that never was
        ("Europe/Berlin", "2026-10-26", 24 * 60),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(tmp_path: Path, zone: str, day: str, minutes: int) -> None:
    working, there = working_of(tmp_path, ALL_DAY, zone), ZoneInfo(zone)
    noon_before = at(day, there) - timedelta(hours=12)
    noon_after = at(day, there) + timedelta(days=1, hours=12)
    real = (noon_after.astimezone(UTC) - noon_before.astimezone(UTC)) // timedelta(minutes=1)
    begins, ends = at(day, there), at(day, there) + timedelta(days=1)
    ticks = working.measure(TimeUnit.HOURS, begins.astimezone(UTC), ends.astimezone(UTC), begins)

    assert ticks == minutes * 60_000_000
    whole = working.measure(TimeUnit.HOURS, noon_before.astimezone(UTC), noon_after.astimezone(UTC), begins)
    assert whole == real * 60_000_000


def sundays(*windows: tuple[str, str]) -> str:
    written = ", ".join(f'["{begins}", "{ends}"]' for begins, ends in windows)
    return f'country = "none"\ncovered_until = 2030-12-31\n[week]\nsunday = [{written}]\n'


@pytest.mark.parametrize(
    ("zone", "day", "window", "instants"),
    [
        # 02:00 to 03:00 is left out: a missing time is the first valid one after it
        ("Europe/Berlin", "2026-03-29", ("02:30", "04:00"), ("01:00", "02:00")),
        ("Europe/Berlin", "2026-03-29", ("01:00", "02:30"), ("00:00", "01:00")),
        ("Europe/Berlin", "2026-03-29", ("02:00", "03:00"), None),
        # 02:00 to 03:00 comes twice: the first one counts
        ("Europe/Berlin", "2026-10-25", ("02:30", "04:00"), ("00:30", "03:00")),
        ("Europe/Berlin", "2026-10-25", ("01:00", "02:30"), ("23:00-1", "00:30")),
        ("America/New_York", "2026-03-08", ("02:15", "03:30"), ("07:00", "07:30")),
        ("America/New_York", "2026-11-01", ("01:30", "02:00"), ("05:30", "07:00")),
        ("Australia/Lord_Howe", "2026-10-04", ("02:10", "03:00"), ("15:30-1", "16:00-1")),
        ("Australia/Lord_Howe", "2026-04-05", ("01:45", "02:15"), ("14:45-1", "15:45-1")),
    ],
)
def test_a_window_that_begins_or_ends_where_the_clock_is_changed(
    tmp_path: Path, zone: str, day: str, window: tuple[str, str], instants: tuple[str, str] | None
) -> None:
    working = working_of(tmp_path, sundays(window), zone)
    midnight = at(day, ZoneInfo(zone)).astimezone(UTC)

    opens = working.add(TimeUnit.HOURS, midnight, 1, midnight) - timedelta(microseconds=1)
    if instants is None:
        next_sunday = date.fromisoformat(day) + timedelta(days=7)
        close = working.after(midnight - timedelta(days=1), Span.of("1wd"))
        assert {when.astimezone(ZoneInfo(zone)).date() for when in (opens, close)} == {next_sunday}
        return
    assert opens == utc(day, instants[0])
    assert next(iter(working._days(midnight))).close == utc(day, instants[1])


def utc(day: str, text: str) -> datetime:
    """An instant of a day's clock in UTC; `-1` is the day before."""
    clock, _, before = text.partition("-")
    return at(f"{day}T{clock}", ZoneInfo("UTC")) - timedelta(days=int(before or 0))


def test_office_hours_keep_their_wall_time_on_both_sides_of_a_change(tmp_path: Path) -> None:
    working, berlin = working_of(tmp_path, CN.replace("CN", "DE"), "Europe/Berlin"), ZoneInfo("Europe/Berlin")

    assert working.after(at("2026-03-27T17:00", berlin), Span.of("2wh")) == at("2026-03-30T10:00", berlin)
    assert working.after(at("2026-10-23T17:00", berlin), Span.of("1wd")) == at("2026-10-26T18:00", berlin)


# --- the part a case carries -----------------------------------------------------------------------------------------

HOUR = 3_600_000_000


def test_a_part_is_small_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    whole = working_of(tmp_path, CN.replace("CN", "DE"), "Europe/Berlin")
    part = whole.part(at("2026-11-27T10:00", SHANGHAI))

    assert len(part.model_dump_json().encode()) < SLICE_LIMIT
    assert part.version == whole.version
    assert part.first == at("2026-11-27T00:00", ZoneInfo("Europe/Berlin"))
    assert part.covered_until == at("2028-01-01T00:00", ZoneInfo("Europe/Berlin"))
    assert WorkingTime.model_validate_json(part.model_dump_json()) == part


def test_a_part_does_not_claim_to_know_more_than_the_whole() -> None:
    assert office().working.part(at("2026-11-27T10:00")).covered_until == office().working.covered_until


@pytest.mark.parametrize("start", ["2009-01-05T10:00", "2026-02-16T10:00", "2031-06-04T10:00"])
def test_a_part_goes_on_with_the_right_weekdays_past_its_end(start: str) -> None:
    whole = office().working
    part = whole.part(at(start), days=10)
    fortnight = [at(start) + timedelta(days=31 + n) for n in range(14)]  # past every holiday of these months

    worked = [part.working(day) for day in fortnight if day.weekday() < 5]
    assert worked == [True] * 10
    assert [part.working(day) for day in fortnight] == [whole.working(day) for day in fortnight]


instants = st.timedeltas(timedelta(), timedelta(days=365)).map(
    lambda passed: datetime(2025, 12, 1, tzinfo=UTC) + passed
)
budgets = st.one_of(
    st.tuples(st.just(TimeUnit.WALL), st.integers(1, 400 * HOUR)),
    st.tuples(st.just(TimeUnit.HOURS), st.integers(1, 160 * HOUR)),
    st.tuples(st.just(TimeUnit.DAYS), st.integers(1, 40)),
)


@settings(deadline=None)  # the first example reads the office
@given(instants, budgets)
def test_what_is_added_is_what_is_measured(start: datetime, budget: tuple[TimeUnit, int]) -> None:
    unit, ticks = budget
    working = office().working.part(start)

    assert working.measure(unit, start, working.add(unit, start, ticks, start), start) == ticks


@settings(deadline=None)  # the first example reads the office
@given(instants, budgets, st.integers(0, 40 * HOUR))
def test_a_later_start_or_a_larger_budget_is_due_no_earlier(
    start: datetime, budget: tuple[TimeUnit, int], more: int
) -> None:
    unit, ticks = budget
    working = office().working
    later = start + timedelta(microseconds=more)
    larger = ticks + (more // (8 * HOUR) if unit is TimeUnit.DAYS else more)

    due = working.add(unit, start, ticks, start)
    assert working.add(unit, later, ticks, later) >= due
    assert working.add(unit, start, larger, start) >= due


@settings(deadline=None)  # the first example reads the office
@given(instants, budgets)
def test_a_part_and_the_whole_agree(start: datetime, budget: tuple[TimeUnit, int]) -> None:
    unit, ticks = budget
    whole = office().working

    assert whole.part(start).add(unit, start, ticks, start) == whole.add(unit, start, ticks, start)


def test_a_folder_of_its_own_is_read_as_the_sample(tmp_path: Path) -> None:
    text = (CONFIG / "calendar.toml").read_text(encoding="utf-8")

    assert read_calendar(folder_with(tmp_path, text)) == read_calendar(CONFIG)
