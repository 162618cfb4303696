"""The standard case, told step by step; stories stop where they like."""

from __future__ import annotations

from domain.decisions import Accept, Close, DraftSubmission, Finding, Review, TriageDecision
from domain.owed import Answer
from domain.words import Level, PublicationKind, Verdict, Vote
from tests.world import EVIDENCE, World

UNITS = ("swj", "hbj", "swu")


async def triaged(
    world: World, case: str, level: Level = Level.YELLOW, co_units: tuple[str, ...] = UNITS[1:]
) -> Answer:
    said = TriageDecision(level=level, topic="供水", district="东汀区", lead="swj", co_units=co_units, ask="是否停水")
    return await world.decide(case, said, "wxb", "duty")


async def accepted(world: World, case: str, *units: str) -> None:
    for unit in units or UNITS:
        await world.decide(case, Accept(), unit, "liaison_a")


def finding(verdict: Verdict = Verdict.FALSE) -> Finding:
    return Finding(verdict=verdict, explanation="经查，供水正常。", evidence=EVIDENCE)


async def found(world: World, case: str, *units: str, verdict: Verdict = Verdict.FALSE) -> Answer:
    answers = [await world.decide(case, finding(verdict), unit, "liaison_a") for unit in units or UNITS]
    return answers[-1]


async def drafted(world: World, case: str, kind: PublicationKind = PublicationKind.REBUTTAL) -> str:
    said = DraftSubmission(publication=kind, title="供水正常", text="全市供水正常，没有停水计划。")
    answer = await world.decide(case, said, "wxb", "editor")
    return next(entry.event.digest for entry in answer.entries if entry.event.kind == "drafted")


async def reviewed(world: World, case: str, digest: str) -> Answer:
    await world.decide(case, Review(digest=digest, outcome=Vote.APPROVE), "swj", "deputy")
    return await world.decide(case, Review(digest=digest, outcome=Vote.APPROVE), "wxb", "deputy")


async def closed(world: World, case: str) -> Answer:
    return await world.decide(case, Close(), "wxb", "duty")


async def verified(world: World, case: str) -> None:
    await triaged(world, case)
    await accepted(world, case)
    await found(world, case)
