"""Expiry, a part of verification: a request nobody acts on is taken back.

The rule is in docs/design.md, rule 10, and docs/decisions/0010.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Request
from domain.clocks.clock import Clock
from domain.events import RequestExpired
from domain.stages.verification import requests, transfer
from domain.vocabulary import ClockName, ProposalKind, RequestState, Role, Seat


def expire(case: Case, clock: Clock, now: datetime) -> None:
    """End what a clock waited for in vain: an offer to take over goes back to its sender, a request to the office."""
    if clock.name is ClockName.ACCEPT and (offered := case.transfer_to(clock.unit)) is not None:
        case.expired(clock, "transfer")
        transfer.back_to_sender(case, offered, now)
        own = transfer.own_request(case, clock.unit)
        if own is None or own.state is not RequestState.OFFERED or own.offered_to is not None:
            return
    request = next((one for one in case.open_requests() if one.unit.code == clock.unit), None)
    if request is None:  # the unit is no longer asked, so nothing is owed
        case.stop(now, clock)
        return
    _end(case, request, clock, now)


def _end(case: Case, request: Request, clock: Clock, now: datetime) -> None:
    """Take a request back: a lead's counts as a bounce, a co-unit's answer is no longer waited for."""
    unit, role = request.unit.code, request.role
    case.expired(clock, role)
    transfer.lapse(case, now, request)
    request.state, request.role = RequestState.EXPIRED, Role.CO  # a late answer helps; another unit leads
    case.proposals = tuple(p for p in case.proposals if p.kind is not ProposalKind.FINDING or p.unit != unit)
    for name in (ClockName.ACCEPT, ClockName.ANSWER):
        case.stop(now, case.clock(name, unit))
    case.happened(RequestExpired(unit=unit, clock=clock.name, role=role), now)
    case.notify_unit(
        Message.EXPIRED,
        unit,
        key=f"{clock.key}/expired",
        also=(Seat.DUTY,),
        values={"unit": request.unit.short, "role": role, "clock": clock.name},
    )
    requests.gone(case, role, now)
