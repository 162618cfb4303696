"""How cases come into a stage, and how people finish them wherever they stand."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from datetime import timedelta

from bench.support import standard_case
from domain.case.case import Case
from domain.case.summary import RecordQuery
from domain.clocks.pause import PauseReason
from domain.decisions import Acknowledge, Pause
from domain.errors import Refused, Unavailable
from domain.office.office import Person
from domain.vocabulary import ClockName, Level, PublicationState, SlotKind, Stage
from tests.office_env import EVIDENCE, World
from tests.restores.receiving import Taken
from tests.workflows import case_steps

STAGES = (Stage.TRIAGE, Stage.VERIFICATION, Stage.REBUTTAL, Stage.CLOSURE)
LEVELS = (Level.YELLOW, Level.ORANGE, Level.YELLOW, Level.RED)
STEPS = 40
"""How many steps a case takes to its end at most."""


claim = standard_case.claim


async def brought(world: World, stage: str, number: int) -> str:
    """Open a case and bring it into a stage: of another level, acknowledged or paused, by its number."""
    case = (await world.report(claim())).case_id
    if stage is Stage.TRIAGE:
        if number % 2:
            await world.decide(case, Acknowledge(clock=ClockName.TRIAGE, unit="wxb"), "wxb", "duty")
        return case
    units = ("hbj",) if number % 2 else ()
    await case_steps.triaged(world, case, LEVELS[number % len(LEVELS)], co_units=units)
    if stage is Stage.VERIFICATION:
        if number % 4 == 2:
            until = await world.now(case) + timedelta(hours=8)
            said = Pause(reason=PauseReason.TEST_RESULT, until=until, evidence=EVIDENCE)
            await case_steps.confirmed(world, case, said, "wxb", "duty")
        return case
    await case_steps.found(world, case, "swj", *units)
    digest = await case_steps.drafted(world, case)
    if stage is Stage.REBUTTAL and number % 2:
        await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    if stage is Stage.CLOSURE:
        await case_steps.signed(world, case, digest)
        await world.reaches(case, Stage.CLOSURE)
    return case


async def finished(world: World, taken: Taken, case: str) -> None:
    """Let people decide a case to its end, wherever it stands."""
    for _ in range(STEPS):
        now = await state(world, case)
        if now.over:
            await world.handle(case).result()
            return
        with suppress(Refused, Unavailable):  # it has moved on meanwhile: it is looked at again
            await step(world, taken, now)
        await asyncio.sleep(0.05)
    raise AssertionError(f"{case} never came to its end: it stands in {now.stage}, {now.publication}")


async def step(world: World, taken: Taken, now: Case) -> None:
    """Let people take the one decision a case waits for."""
    case = now.opening.case_id
    match now.stage:
        case Stage.TRIAGE:
            await case_steps.triaged(world, case, co_units=())
        case Stage.VERIFICATION:
            await case_steps.found(world, case, *(one.unit.code for one in now.open_requests() if one.verdict is None))
        case Stage.REBUTTAL if now.draft is not None and now.draft.open_slots():
            await sign_next(world, taken, now)
        case Stage.REBUTTAL if now.publication is PublicationState.NONE:
            await case_steps.drafted(world, case)
        case Stage.CLOSURE:
            await case_steps.closed(world, case)


async def sign_next(world: World, taken: Taken, now: Case) -> None:
    """Fill the next slot of the text on the table."""
    case = now.opening.case_id
    assert now.draft is not None
    slot = now.draft.open_slots()[0]
    unit, seat = slot.to[0].unit, slot.to[0].seat
    if slot.kind is SlotKind.REVIEW:
        await world.decide(case, case_steps.approval(now.draft.digest), unit, seat)
        return
    code = await code_of(world, taken, case, world.officer(unit, seat)) if now.level.urgent else None
    await world.decide(case, case_steps.signature(now.draft.digest), unit, seat, code=code)


async def code_of(world: World, taken: Taken, case: str, person: Person) -> str:
    """Let a signer ask for a code, and read it from the letter that brought it, by whichever channel."""
    await world.desk.send_code(case, to=person)
    letters = taken.texts | {line["key"]: line["text"] for line in world.outbox()}
    texts = [text for key, text in letters.items() if f"{case}/code/{person.id}/" in key]
    return re.findall(r"：(\d{6})", texts[-1])[0]


async def state(world: World, case: str) -> Case:
    """The whole state of a case, as it answers just now."""
    for _ in range(STEPS):
        with suppress(Unavailable):
            reading = await world.desk._client.read(case, RecordQuery(with_state=True))
            if reading.record is not None and reading.record.state is not None:
                return Case.model_validate_json(reading.record.state)
        await asyncio.sleep(0.1)
    raise AssertionError(f"{case} never answered")
