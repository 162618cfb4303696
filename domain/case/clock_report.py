"""Why a clock rings when it does: its budget, what is used, and every rung with the rule and the versions behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.case.case import Case
from domain.clocks.clock import Clock
from domain.terms import Addressee
from domain.values import Frozen
from domain.vocabulary import ClockName, Level, RungKind
from domain.worktime.working_time import Span


class RungView(Frozen):
    """One rung of a clock: where the policy puts it (`at`), when that is, whom it calls and by which channels.

    `n` counts from 1. `at` is a share of the budget (`50%`) or a span after the due instant (`+30m`). `rang_at` is when
    it rang last, by the timeline; None if it has not, or the timeline was not read.
    """

    n: int
    kind: RungKind
    at: str
    planned: datetime
    rang: bool
    rang_at: datetime | None = None
    to: tuple[Addressee, ...]
    by: tuple[str, ...]


class ClockView(Frozen):
    """One clock with its account and its rungs.

    `used` is written in the unit of the budget. `began` is when the budget began, `ran` are the closed segments in
    which it ran, and `since` is when the open one began, None while the clock stands still; `resumes` is when it is to
    run again then. `next_at` is when its next
    rung rings; None if none does.
    """

    name: ClockName
    unit: str
    short: str
    level: Level
    visit: int
    generation: int
    key: str
    budget: Span
    extended: bool
    used: str
    began: datetime
    since: datetime | None
    ran: tuple[tuple[datetime, datetime], ...]
    due: datetime
    provisional: bool
    breached: datetime | None
    stopped: datetime | None
    resumes: datetime | None = None
    acknowledged_until: datetime | None
    next_at: datetime | None
    rungs: tuple[RungView, ...]


class ClockReport(Frozen):
    """All clocks of a case as of an instant, with the versions of policy and calendar they are computed by.

    `covered_until` is the end of the known working time. `paused_until` is None without a pause. `shorts` holds the
    short names of the units the rungs call, by code.
    """

    number: str
    as_of: datetime
    policy: str
    calendar: str
    covered_until: datetime
    paused_until: datetime | None
    shorts: dict[str, str]
    clocks: tuple[ClockView, ...]


def report_clocks(case: Case, now: datetime) -> ClockReport:
    """Return the report of every clock of `case` as of `now`, the most urgent first."""
    return ClockReport(
        number=case.opening.number,
        as_of=now,
        policy=case.terms.policy,
        calendar=case.time.version,
        covered_until=case.time.covered_until,
        paused_until=case.resumes,
        shorts={unit: case.short(unit) for unit in _called(case)},
        clocks=tuple(_clock(case, clock, now) for clock in sorted(case.clocks, key=_urgency)),
    )


def _urgency(clock: Clock) -> tuple[bool, bool, bool, datetime]:
    """Return the order of clocks: by when they are due, the response, which spans them all, behind those that run."""
    return not clock.running, clock.paused, clock.name is ClockName.RESPONSE, clock.due


def with_rings(report: ClockReport, rings: Mapping[tuple[str, str, int], Sequence[datetime]]) -> ClockReport:
    """Return the report with the instants at which rungs rang; `rings` has them by clock, unit and number of the rung.

    It covers all visits.
    """
    clocks = []
    for clock in report.clocks:
        rungs = [_with_ring(rung, clock, rings.get((clock.name, clock.unit, rung.n), ())) for rung in clock.rungs]
        clocks.append(clock.model_copy(update={"rungs": tuple(rungs)}))
    return report.model_copy(update={"clocks": tuple(clocks)})


def _with_ring(rung: RungView, clock: ClockView, instants: Sequence[datetime]) -> RungView:
    """Return a rung with when it last rang during this clock: clocks of other visits have rungs of the same number."""
    during = [at for at in instants if rung.rang and clock.began <= at <= (clock.stopped or at)]
    return rung.model_copy(update={"rang_at": max(during, default=None)})


def _called(case: Case) -> list[str]:
    """Return the codes of the units the rungs of any clock call, each once."""
    ladders = ((clock, rung) for clock in case.clocks for rung in case.promises(clock).ladder)
    return sorted({one.unit for clock, rung in ladders for one in case.called(rung.to, clock)})


def _clock(case: Case, clock: Clock, now: datetime) -> ClockView:
    upcoming = clock.next_rung(case.promises(clock), case.time)
    account = clock.account
    return ClockView(
        name=clock.name,
        unit=clock.unit,
        short=case.short(clock.unit),
        level=clock.level,
        visit=clock.visit,
        generation=clock.generation,
        key=clock.key,
        budget=account.budget,
        extended=clock.extended,
        used=account.budget.unit.written(account.consumed(case.time, now)),
        began=account.origin,
        since=account.since,
        ran=account.ran,
        due=clock.due,
        provisional=clock.provisional,
        breached=clock.breached,
        stopped=clock.stopped,
        resumes=case.resumes_of(clock) if clock.paused else None,
        acknowledged_until=clock.acknowledged.until if clock.acknowledged else None,
        next_at=upcoming[0] if upcoming else None,
        rungs=tuple(_rungs(case, clock)),
    )


def _rungs(case: Case, clock: Clock) -> list[RungView]:
    ladder = zip(case.promises(clock).ladder, _instants(case, clock), strict=True)
    return [
        RungView(
            n=n,
            kind=rung.kind,
            at=f"{rung.percent}%" if rung.after is None else f"+{rung.after}",
            planned=planned,
            rang=n <= clock.rung,
            to=case.called(rung.to, clock, n),
            by=rung.by,
        )
        for n, (rung, planned) in enumerate(ladder, start=1)
    ]


def _instants(case: Case, clock: Clock) -> list[datetime]:
    """Return when each rung rings: the plan, and for those to come what gaps and acknowledgements make of it.

    It is the sum by which letters and pages tell the next rung, taken on from rung to rung, each of them in time.
    """
    terms, ahead, instants = case.promises(clock), clock.model_copy(), list(clock.plan)
    while (upcoming := ahead.next_rung(terms, case.time)) is not None:
        at, _ = upcoming
        instants[ahead.rung] = at
        held = ahead.acknowledged is not None and at >= ahead.acknowledged.until
        ahead.rung, ahead.last_rang, ahead.rang_late, ahead.paced = ahead.rung + 1, at, False, ahead.paced or held
    return instants
