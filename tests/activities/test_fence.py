from __future__ import annotations

import time
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities import fence
from activities.fence import Fence
from activities.recording import Recording
from domain.case.summary import Record
from domain.ports.delivery import Recipient
from tests.activities.factories import (
    Box,
    Memory,
    Roster,
    attempt,
    issue,
    notices_of,
    notify,
    person,
    seat,
    summary,
    wave,
)


async def passes() -> None:
    Fence().check()


async def frozen_in_between() -> None:
    own = Fence()
    own.check()
    time.sleep(0.3)  # noqa: ASYNC251  (a stopped process sleeps like this: nothing in it runs)
    own.check()


async def test_an_attempt_in_time_goes_on() -> None:
    await attempt(passes, started=1, allowed=5)


async def test_an_attempt_frozen_before_it_began_is_refused() -> None:
    with pytest.raises(ApplicationError) as refused:
        await attempt(passes, started=10, allowed=5)
    assert refused.value.type == "TooLate"
    assert not refused.value.non_retryable


async def test_an_attempt_frozen_in_the_midst_is_refused() -> None:
    with pytest.raises(ApplicationError):
        await attempt(frozen_in_between, allowed=0.2)


@pytest.mark.parametrize("skew", [-600.0, 600.0])
async def test_a_worker_whose_clock_is_wrong_goes_on_working(skew: float) -> None:
    fence._samples.clear()
    for lag in (0.01, 0.3, 0.02):
        await attempt(passes, started=skew + lag, allowed=5)


async def test_a_worker_whose_clock_is_ahead_still_notices_a_freeze() -> None:
    fence._samples.clear()
    await attempt(passes, started=600, allowed=5)
    with pytest.raises(ApplicationError):
        await attempt(passes, started=630, allowed=5)


async def test_a_local_activity_tells_nothing_of_the_skew_of_a_worker() -> None:
    fence._samples.clear()
    await attempt(passes, started=600, allowed=5)
    await attempt(passes, started=0, allowed=5, is_local=True)  # by the worker's own clock it began just now

    await attempt(passes, started=600, allowed=5)


async def test_a_clock_set_ahead_stops_the_work_only_for_a_while() -> None:
    refused = 0
    for _ in range(120):
        try:
            await attempt(passes, started=600, allowed=5)
        except ApplicationError:
            refused += 1
    assert 0 < refused <= 100


@pytest.mark.parametrize("step", [6.0, 600.0])
async def test_a_worker_whose_clock_was_set_works_again_after_one_refusal_a_second(
    monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    """The retry policy tries again after 1, 2, 4 seconds."""
    begun = clock(monkeypatch)
    for prompt in (0.01, 0.3, 0.05):
        await attempt(passes, started=prompt, allowed=5)
    begun.append(10.0)
    with pytest.raises(ApplicationError):
        await attempt(passes, started=step + 0.02, allowed=5)
    begun.append(11.0)

    await attempt(passes, started=step + 0.2, allowed=5)


async def test_attempts_a_frozen_worker_held_back_are_all_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = clock(monkeypatch)
    await attempt(passes, started=0.02, allowed=5)
    begun.append(60.0)
    for held in (50.0, 50.1, 50.0, 20.0, 50.0):
        with pytest.raises(ApplicationError):
            await attempt(passes, started=held, allowed=5)
        begun[-1] += 0.05
    begun.append(61.0)
    await attempt(passes, started=0.02, allowed=5)
    with pytest.raises(ApplicationError):
        await attempt(passes, started=50.0, allowed=5)


def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the monotonic clock show what the test says last."""
    shown = [1.0]
    monkeypatch.setattr(fence.time, "monotonic", lambda: shown[-1])
    return shown


async def test_a_late_wave_reaches_neither_register_nor_people() -> None:
    register, box = Memory(), Box()
    roster = Roster({seat("wjw"): (person("li", mail="li@wjw.mc.example"),)})
    with pytest.raises(ApplicationError):
        await notify(notices_of(register, roster, mail=box), wave(), started=10)
    assert not register.planned
    assert not box.taken


async def test_a_wave_that_wakes_late_in_its_midst_sends_nothing_more() -> None:
    class Slow(Memory):
        async def plan(self, *asked: Any) -> tuple[list[Recipient], set[str]]:
            found = await super().plan(*asked)
            time.sleep(0.3)  # noqa: ASYNC251
            return found

    register, box = Slow(), Box()
    roster = Roster({seat("wjw"): (person("li", mail="li@wjw.mc.example"),)})
    with pytest.raises(ApplicationError):
        await notify(notices_of(register, roster, mail=box), wave(), allowed=0.2)
    assert register.planned
    assert not box.taken


async def test_a_late_record_is_not_written() -> None:
    register = Memory()
    recording = Recording(entries=register)
    told = Record(summary=summary(), entries=(), head="0" * 64)
    with pytest.raises(ApplicationError):
        await attempt(recording.record, told, started=10)
    assert not register.told
    await attempt(recording.record, told)
    assert register.told == [told]


async def test_a_late_page_is_not_published() -> None:
    from activities.publishing import Publishing

    class Channel:
        issued = 0

        async def issue(self, of: object) -> None:
            self.issued += 1

    channel = Channel()
    publishing = Publishing(entries=Memory(), delayed=Memory(), publishers={"bulletin": channel})
    with pytest.raises(ApplicationError):
        await attempt(publishing.publish, issue(), started=10)
    assert channel.issued == 0
