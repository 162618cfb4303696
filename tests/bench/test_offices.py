"""The offices whose deadlines come soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.support.offices import BUDGET, closing_at, due_in_a_minute, unbounded
from domain.case.case import Case
from domain.clocks.clock import Clock
from domain.decisions import Opening
from domain.office.office import Office
from domain.stages.report import open_case
from domain.vocabulary import ClockName
from settings import Settings
from wiring.office import load_office

CLOSE = datetime(2026, 11, 23, 10, 0, 7, tzinfo=UTC)


def opened(office: Office, now: datetime) -> Case:
    return open_case(
        Opening(
            case_id="a",
            number="辟〔2026〕0001",
            claim="听说",
            report_id="r",
            channel="public",
            reported_at=now,
            level=office.policy.provisional_level,
            named={},
            terms=office.terms,
            time=office.working.part(now),
        ),
        now,
    )


def triage(case: Case) -> Clock:
    clock = case.clock(ClockName.TRIAGE, case.office.code)
    assert clock is not None
    return clock


@pytest.mark.parametrize("before", [timedelta(microseconds=1), timedelta(minutes=3), timedelta(hours=20)])
def test_every_case_is_due_at_the_close_of_business_it_was_opened_before(before: timedelta) -> None:
    case = opened(closing_at(load_office(Settings()), CLOSE), CLOSE - before)
    assert triage(case).due == case.next_wake() == CLOSE


def test_a_lone_case_is_due_after_its_budget_and_wakes_nobody_before() -> None:
    case = opened(due_in_a_minute(load_office(Settings())), CLOSE)
    assert triage(case).due == case.next_wake() == CLOSE + BUDGET


def test_an_office_without_limits_is_else_the_packaged_one(tmp_path: Path) -> None:
    packaged, made = load_office(Settings()), load_office(Settings(config=unbounded(tmp_path)))

    limits = made.policy.limits.model_dump()
    assert {name for name, figure in limits.items() if figure < 1_000_000} == {"ipv6_prefix"}
    assert made.policy.model_copy(update={"limits": packaged.policy.limits}) == packaged.policy
    assert made.people == packaged.people
