"""What is owed is carried out here, never awaited by the loop; what comes back is a fact and enters by one door."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

from workflows.case import activity_calls

with workflow.unsafe.imports_passed_through():
    from domain.case.case import Case
    from domain.case.notice_kinds import OF_A_RUNG
    from domain.case.obligations import FinalRecord, Notice, Publication
    from domain.case.payloads import Issue, Wave
    from domain.case.summarise import summarise
    from domain.decider import results


WAVE = "wave-"
"""How the names of waves begin; a wave is many debts, and is never called off."""


class Effects:
    """Hold the tasks in flight; what is owed lives in the case."""

    def __init__(self) -> None:
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._at_once: set[str] = set()
        """Which of them end within the task that started them."""
        self.recording_up_to = 0
        """Up to which entry the register is being told by an effect in flight."""

    def start(self, case: Case, *, decision_waits: bool) -> None:
        """Start every debt that is not in flight: notices of one moment as one wave, publications one by one.

        What rungs owe goes out at once, unless somebody has `decision_waits` in this task and waits for its answer.
        """
        results.gather_wave(case, workflow.now())
        self._drop(case)
        waves: dict[int, list[Notice]] = {}
        for effect in case.pending_effects:
            match effect:
                case Notice(wave=0):
                    pass  # it waits for the next digest
                case Notice():
                    waves.setdefault(effect.wave, []).append(effect)
                case Publication():
                    self._go(effect.key, lambda effect=effect: self._publish(case, effect))
                case FinalRecord():
                    self._go(effect.key, lambda effect=effect: self._record(case, effect))
        for number, notices in waves.items():
            name = f"{WAVE}{number}"
            fresh = not decision_waits and name not in self._in_flight
            at_once = fresh and all(notice.message in OF_A_RUNG for notice in notices)
            if at_once:
                self._at_once.add(name)
            self._go(name, lambda notices=notices, at_once=at_once: self._notify(case, notices, at_once))

    async def sent_at_once(self) -> None:
        """Wait for what is said within the task: what it brings is shown together with what it was about."""
        await workflow.wait_condition(lambda: not self._at_once)

    def _drop(self, case: Case) -> None:
        """Call off what is no longer owed: an interim notice nobody needs once there is an answer.

        It stays in flight until the attempt under way, of a few seconds at most, has told whether a channel took it.
        """
        for task in self._called_off(case):
            if not task.cancelling():
                task.cancel()

    def _called_off(self, case: Case) -> list[asyncio.Task[None]]:
        owed = {effect.key for effect in case.pending_effects}
        flying = [(key, task) for key, task in self._in_flight.items() if not task.done()]
        return [task for key, task in flying if not key.startswith(WAVE) and key not in owed]

    def returned(self) -> bool:
        """Tell whether any effect has come back since it was last looked at."""
        return any(task.done() for task in self._in_flight.values())

    def busy(self) -> bool:
        """Tell whether any effect is still to return."""
        return any(not task.done() for task in self._in_flight.values())

    def calling_off(self, case: Case) -> bool:
        """Tell whether what is no longer owed is still to return: what it brings reaches this run alone."""
        return bool(self._called_off(case))

    def raise_bugs(self) -> None:
        """Raise what a finished task raised: a bug in taking a result must not pass in silence."""
        for task in list(self._in_flight.values()):
            if task.done() and not task.cancelled():
                task.result()
        self._in_flight = {key: task for key, task in self._in_flight.items() if not task.done()}

    def _go(self, key: str, effect: Any) -> None:
        if key not in self._in_flight:
            coroutine: Coroutine[Any, Any, None] = effect()
            self._in_flight[key] = asyncio.create_task(coroutine, name=key)

    async def _notify(self, case: Case, notices: list[Notice], at_once: bool) -> None:
        then, record = case.views.get(notices[0].wave), case.record(summarise(case))
        wave = Wave(
            case_id=case.opening.case_id,
            at=case.gathered.get(notices[0].wave, workflow.now()),
            claim=case.opening.claim,
            mode=case.terms.mode,
            notices=tuple(notices),
            record=record,
            then=None if then == record.summary else then,
        )
        if at_once:
            name, silent = f"{WAVE}{notices[0].wave}", wave.model_copy(update={"updates_register": False})
            sent = await activity_calls.notify_at_once(case, silent, notices)
            self._at_once.discard(name)
            if sent is not None:
                results.wave_sent(case, silent, sent, workflow.now())
                return
        try:
            outcome = await activity_calls.notify(case, wave, notices)
        except ActivityError as failure:
            results.wave_failed(case, wave, str(failure.cause or failure), workflow.now())
        else:
            results.wave_sent(case, wave, outcome, workflow.now())

    async def _publish(self, case: Case, effect: Publication) -> None:
        record = case.record(summarise(case)) if case.unrecorded[-1:] and case.seq > self.recording_up_to else None
        self.recording_up_to = case.seq
        issue = Issue(
            case_id=case.opening.case_id, at=workflow.now(), mode=case.terms.mode, publication=effect, record=record
        )
        try:
            outcome = await activity_calls.publish(issue)
        except ActivityError:
            if effect in case.pending_effects:
                raise
            results.called_off(case, effect)
        else:
            results.issued(case, issue, outcome, workflow.now())

    async def _record(self, case: Case, effect: FinalRecord) -> None:
        record = case.record(summarise(case))
        await activity_calls.record(record)
        results.recorded(case, effect, record)
