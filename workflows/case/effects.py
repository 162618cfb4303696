"""The effects of a case: carried out here, never awaited by the loop.

Their results are facts, which enter the case through `domain/decider/results.py` only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from workflows.case import activity_calls

with workflow.unsafe.imports_passed_through():
    from domain.case.case import Case
    from domain.case.notice_kinds import BESIDE_A_RUNG
    from domain.case.obligations import Backlog, Notice, Publication
    from domain.case.payloads import Issue, NotIssued, Wave
    from domain.case.summarise import summarise
    from domain.decider import results
    from domain.stages.rebuttal.interim import is_interim


WAVE = "wave-"
"""How the names of waves begin; a wave carries many effects, of which some may be called off."""


class Effects:
    """The effects in flight in this run; what is pending is in the case."""

    def __init__(self) -> None:
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._at_once: set[str] = set()
        """The names of those that end within the workflow task that started them."""
        self._without: dict[str, tuple[str, ...]] = {}
        """Which notices a wave in flight leaves out, by its name."""

    def start(self, case: Case, *, decision_waits: bool) -> None:
        """Start every pending effect that is not in flight: notices of one moment as one wave, publications one by one.

        Notices of rungs go out within the task, unless `decision_waits`: a decision of this task waits for its answer.
        """
        results.gather_wave(case, workflow.now())
        self._drop(case)
        waves: dict[int, list[Notice]] = {}
        for effect in case.pending_effects:
            match effect:
                case Notice(wave=0):
                    pass  # not ready: it waits for the next digest
                case Notice():
                    waves.setdefault(effect.wave, []).append(effect)
                case Publication():
                    self._go(effect.key, lambda effect=effect: self._publish(case, effect))
                case Backlog():
                    self._go(effect.key, lambda effect=effect: self._store_backlog(case, effect))
        for number, notices in waves.items():
            name = f"{WAVE}{number}"
            if name not in self._in_flight:
                self._without[name] = called_off(notices)
            fresh = not decision_waits and name not in self._in_flight and not self._without[name]
            at_once = fresh and all(notice.message in BESIDE_A_RUNG and not notice.heard for notice in notices)
            if at_once:
                self._at_once.add(name)
            self._go(name, lambda notices=notices, at_once=at_once: self._notify(case, notices, at_once))

    async def sent_at_once(self) -> None:
        """Wait for the waves sent within the task, so that their results are shown together with their rungs."""
        await workflow.wait_condition(lambda: not self._at_once)

    def _drop(self, case: Case) -> None:
        """Call off what is no longer wanted: an interim notice once there is an answer, letters of a stopped clock.

        It stays in flight until the attempt under way has shown whether a channel took it.
        """
        for task in self._called_off(case):
            if not task.cancelling() and task.get_name() not in self._at_once:
                task.cancel()

    def _called_off(self, case: Case) -> list[asyncio.Task[None]]:
        pending = {effect.key for effect in case.pending_effects}
        waves = {name: called_off(_notices_of(case, name)) for name in self._without}
        return [
            task
            for key, task in self._in_flight.items()
            if not task.done() and (self._without[key] != waves[key] if key in waves else key not in pending)
        ]

    def ask_anew(self) -> None:
        """Cancel what is under way, so that it is asked for again; what an attempt under way has done still counts."""
        for task in self._in_flight.values():
            if not task.done() and task.get_name() not in self._at_once:
                task.cancel()

    def returned(self) -> bool:
        """Return whether any effect has returned since `raise_bugs` was last called."""
        return any(task.done() for task in self._in_flight.values())

    def busy(self) -> bool:
        """Return whether any effect is still to return."""
        return any(not task.done() for task in self._in_flight.values())

    def calling_off(self, case: Case) -> bool:
        """Return whether a called-off effect is still to return: its result can reach this run only."""
        return bool(self._called_off(case))

    def interim_on_its_way(self, case: Case) -> bool:
        """Return whether an interim notice is being sent.

        The next run could call it off before it is sent there, and would never hear that a channel had taken it.
        """
        return any(is_interim(effect) and effect.key in self._in_flight for effect in case.pending_effects)

    def raise_bugs(self) -> None:
        """Raise what a finished task raised, so that a bug in taking a result is not lost; forget finished tasks."""
        for task in list(self._in_flight.values()):
            if task.done() and not task.cancelled():
                task.result()
        self._in_flight = {key: task for key, task in self._in_flight.items() if not task.done()}
        self._without = {key: keys for key, keys in self._without.items() if key in self._in_flight}

    def _go(self, key: str, effect: Any) -> None:
        if key not in self._in_flight:
            coroutine: Coroutine[Any, Any, None] = effect()
            self._in_flight[key] = asyncio.create_task(coroutine, name=key)

    async def _notify(self, case: Case, notices: list[Notice], at_once: bool) -> None:
        number = notices[0].wave
        wave = Wave(
            case_id=case.opening.case_id,
            at=case.gathered.get(number, workflow.now()),
            claim=case.claim,
            mode=case.terms.mode,
            notices=tuple(notices),
            view=case.views.get(number) or summarise(case),
            called_off=called_off(notices),
        )
        if at_once:
            try:
                sent = await activity_calls.notify_at_once(case, wave.model_copy(update={"in_task": True}), notices)
            finally:
                self._at_once.discard(f"{WAVE}{number}")
            if sent is not None:
                results.wave_sent(case, wave, sent, workflow.now())
                return
        if len(wave.called_off) == len(notices):
            results.wave_called_off(case, wave, workflow.now())
            return
        try:
            outcome = await activity_calls.notify(case, wave, notices)
        except ActivityError as failure:
            if is_cancelled_exception(failure):
                return  # it is still pending: `start` sends what is left of it, or nothing
            results.wave_failed(case, wave, str(failure.cause or failure), workflow.now())
        else:
            results.wave_sent(case, wave, outcome, workflow.now())

    async def _publish(self, case: Case, effect: Publication) -> None:
        issue = Issue(case_id=case.opening.case_id, at=workflow.now(), mode=case.terms.mode, publication=effect)
        try:
            outcome = await activity_calls.publish(issue)
        except ActivityError as failure:
            if effect in case.pending_effects and is_cancelled_exception(failure):
                return  # `start` asks for it again
            if effect in case.pending_effects:  # failed by hand, in a history of before
                results.issued(case, issue, NotIssued(reason=str(failure.cause or failure)[:200]), workflow.now())
            else:
                results.called_off(case, effect)
        else:
            results.issued(case, issue, outcome, workflow.now())

    async def _store_backlog(self, case: Case, effect: Backlog) -> None:
        try:
            recorded = await activity_calls.record(case.record(summarise(case)))
        except ActivityError as failure:  # the entries are kept, and asked for
            if is_cancelled_exception(failure):
                return
            results.backlog_stored(case, effect, None)
        else:
            results.backlog_stored(case, effect, recorded)


def called_off(notices: Iterable[Notice]) -> tuple[str, ...]:
    """Return the keys of notices that nobody is to get any more."""
    return tuple(notice.key for notice in notices if notice.called_off)


def _notices_of(case: Case, name: str) -> list[Notice]:
    owed = (effect for effect in case.pending_effects if isinstance(effect, Notice))
    return [notice for notice in owed if f"{WAVE}{notice.wave}" == name]
