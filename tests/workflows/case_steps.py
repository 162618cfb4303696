"""The standard case, told step by step; stories stop where they like."""

from __future__ import annotations

from typing import Any

from domain.case.answer import Answer
from domain.decisions import Accept, Close, Confirm, DraftSubmission, Finding, Review, Sign, TriageDecision
from domain.vocabulary import Level, PublicationKind, Stage, Verdict, Vote
from tests.office_env import CLAIM, EVIDENCE, World

UNITS = ("swj", "hbj", "swu")


def triage(level: Level = Level.YELLOW, lead: str = "swj", co_units: tuple[str, ...] = UNITS[1:]) -> TriageDecision:
    about = {"topic": "供水", "district": "东汀区", "ask": "是否停水", "reason": "研判"}
    return TriageDecision(level=level, lead=lead, co_units=co_units, **about)


async def triaged(
    world: World, case: str, level: Level = Level.YELLOW, co_units: tuple[str, ...] = UNITS[1:], lead: str = "swj"
) -> Answer:
    return await world.decide(case, triage(level, lead, co_units), "wxb", "duty")


async def accepted(world: World, case: str, *units: str) -> None:
    for unit in units or UNITS:
        await world.decide(case, Accept(), unit, "liaison_a")


async def confirmed(world: World, case: str, said: Any, unit: str, seat: str) -> Answer:
    """Let somebody ask for what another has to confirm, and the office's duty leader say yes."""
    asked = await world.decide(case, said, unit, seat)
    return await world.decide(
        case, Confirm(ref=asked.summary.waiting[-1].ref, outcome=Vote.APPROVE), "wxb", "duty_leader"
    )


def finding(verdict: Verdict = Verdict.FALSE) -> Finding:
    return Finding(verdict=verdict, explanation="经查，供水正常。", evidence=EVIDENCE)


async def found(world: World, case: str, *units: str, verdict: Verdict = Verdict.FALSE) -> Answer:
    answers = [await world.decide(case, finding(verdict), unit, "liaison_a") for unit in units or UNITS]
    return answers[-1]


def draft(kind: PublicationKind = PublicationKind.REBUTTAL, **more: Any) -> DraftSubmission:
    usual = {"title": "供水正常", "text": "全市供水正常，没有停水计划。"}
    return DraftSubmission(publication=kind, **{**usual, **more})


async def drafted(world: World, case: str, kind: PublicationKind = PublicationKind.REBUTTAL, **more: Any) -> str:
    answer = await world.decide(case, draft(kind, **more), "wxb", "editor")
    return next(entry.event.digest for entry in answer.entries if entry.event.kind == "drafted")


def approval(digest: str) -> Review:
    return Review(digest=digest, outcome=Vote.APPROVE)


def signature(digest: str) -> Sign:
    return Sign(digest=digest, outcome=Vote.APPROVE)


async def signed(world: World, case: str, digest: str) -> Answer:
    """The text is reviewed by the lead unit and signed by the office; a red or orange one with a code."""
    reviewed = await world.decide(case, approval(digest), "swj", "deputy")
    code = await world.code(case, "wxb", "deputy") if reviewed.summary.level.urgent else None
    return await world.decide(case, signature(digest), "wxb", "deputy", code=code)


async def closed(world: World, case: str) -> Answer:
    return await world.decide(case, Close(remarks="已核对"), "wxb", "duty")


async def verified(world: World, case: str, level: Level = Level.YELLOW) -> None:
    await triaged(world, case, level)
    await accepted(world, case)
    await found(world, case)


async def approved(world: World, text: str = CLAIM, level: Level = Level.YELLOW) -> str:
    """A case whose text is signed; returns its id."""
    case = (await world.report(text)).case_id
    await triaged(world, case, level, co_units=())
    await found(world, case, "swj")
    await signed(world, case, await drafted(world, case))
    return case


async def published(world: World, text: str = CLAIM) -> str:
    """A case whose rebuttal is public; returns its id."""
    case = await approved(world, text)
    await world.reaches(case, Stage.CLOSURE)
    return case


async def finished(world: World, text: str = CLAIM) -> str:
    """A case that is closed with a publication, its workflow ended; returns its id."""
    case = await published(world, text)
    await closed(world, case)
    await world.handle(case).result()
    return case


async def let_out(world: World, text: str = CLAIM) -> str:
    """A case that is closed at triage, its workflow ended; returns its id."""
    case = (await world.report(text)).case_id
    await world.decide(case, TriageDecision(exit="opinion"), "wxb", "duty")
    await world.handle(case).result()
    return case
