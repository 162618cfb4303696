"""The figures of triage, counted from the entries the register holds: of each case what holds now."""

from __future__ import annotations

from typing import Any

from adapters.register.store import SqlRegister
from domain.events import CaseClosed, CaseOpened, Event, Noted, Triaged
from domain.ports.figures import JudgedLevels, ProposedExits, TriageFigures
from domain.risk.proposal import Judgement, LevelReview, OpeningProposal
from domain.vocabulary import Exit, Level
from tests.adapters.register.factories import OFFICER, filing, record


def triaged(proposed: Level, chosen: Level, judgement: Judgement, **more: Any) -> Triaged:
    review = LevelReview(
        proposed=proposed, answered=proposed, score=1, chosen=chosen, judgement=judgement, **{"lead": "swj", **more}
    )
    return Triaged(level=chosen, topic="供水", review=review)


def opened(exit_: Exit | None = None) -> CaseOpened:
    return CaseOpened(level=Level.RED, channel="public", proposal=OpeningProposal(level=Level.RED, score=1, exit=exit_))


async def keep(register: SqlRegister, *events: Event) -> None:
    filed = await register.file(filing(claim_key=None))
    numbers = range(1, len(events) + 1)
    await register.append(record(filed.receipt.case_id, *numbers, events=events, by=OFFICER))


async def test_a_register_without_cases_counts_nothing(register: SqlRegister) -> None:
    assert await register.triage_figures() == TriageFigures()


async def test_levels_leads_and_exits_are_counted_by_how_they_were_judged(register: SqlRegister) -> None:
    same = {"proposed_lead": "swj"}
    await keep(register, opened(), triaged(Level.RED, Level.RED, Judgement.CONFIRMED, **same))
    await keep(register, opened(), triaged(Level.RED, Level.RED, Judgement.CONFIRMED, proposed_lead="hbj"))
    await keep(register, opened(), triaged(Level.RED, Level.BLUE, Judgement.OVERRULED))
    await keep(register, opened(), triaged(Level.BLUE, Level.ORANGE, Judgement.ANSWERED, **same))
    await keep(register, opened(Exit.HELP_URGENT), CaseClosed(exit=Exit.HELP_URGENT))
    await keep(register, opened(Exit.HELP_URGENT), CaseClosed(exit=Exit.COMPLAINT))
    await keep(register, opened(Exit.HELP_URGENT), Noted(text="x"))

    figures = await register.triage_figures()

    assert figures.levels == (
        JudgedLevels(proposed=Level.RED, chosen=Level.RED, judgement=Judgement.CONFIRMED, cases=2),
        JudgedLevels(proposed=Level.RED, chosen=Level.BLUE, judgement=Judgement.OVERRULED, cases=1),
        JudgedLevels(proposed=Level.BLUE, chosen=Level.ORANGE, judgement=Judgement.ANSWERED, cases=1),
    )
    assert [figures.judged(one) for one in Judgement] == [2, 1, 1]
    assert (figures.leads_kept, figures.leads_changed) == (2, 1)
    assert figures.exits == (ProposedExits(exit=Exit.HELP_URGENT, proposed=3, confirmed=1),)


async def test_cases_of_before_and_later_triages_count_for_nothing_more(register: SqlRegister) -> None:
    first = triaged(Level.RED, Level.ORANGE, Judgement.OVERRULED)
    again = Triaged(level=Level.ORANGE, topic="供水")
    await keep(register, CaseOpened(level=Level.RED, channel="public"), Triaged(level=Level.RED, topic="供水"))
    await keep(register, opened(), first, again)

    figures = await register.triage_figures()

    assert [(row.judgement, row.cases) for row in figures.levels] == [(Judgement.OVERRULED, 1)]
