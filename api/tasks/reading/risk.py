"""What is proposed to whoever triages, in words: the level and what makes it, an exit, and the units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from api.forms.render import OfferedQuestion
from domain.office.office import Office
from domain.risk.assessment import ProposedUnit
from domain.risk.questions import Axis, Question
from domain.tasks.brief import RiskView
from texts.catalogue import current


class ProposalLines(NamedTuple):
    """The lines a page says about what is proposed; each may be empty."""

    exit: str
    level: str
    lead: str
    co_units: str


def proposed(risk: RiskView | None, office: Office) -> ProposalLines | None:
    """Return what the page says of a proposal; None where nothing is proposed."""
    if risk is None:
        return None
    lead, texts = risk.assessment.lead, current()
    leading, helping = _units([lead] if lead else [], office), _units(risk.assessment.co_units, office)
    return ProposalLines(
        exit=_exit(risk, office),
        level=_level(risk),
        lead=texts.word("page", "suggestion") + leading if leading else "",
        co_units=texts.phrase("risk", "co_units", units=helping) if helping else "",
    )


def questions(risk: RiskView | None) -> tuple[OfferedQuestion, ...]:
    """Return the questions of a form, each with what answers it already."""
    if risk is None:
        return ()
    yes, axis = risk.proposal.codes, current().words["axis"]
    return tuple(
        OfferedQuestion(one.code, one.asks, axis[one.axis], _why(one, risk) if one.code in yes else "")
        for one in risk.assessment.questions
    )


def _why(one: Question, risk: RiskView) -> str:
    if one.words:
        return current().phrase("risk", "found", words="”“".join(one.words))
    return current().phrase("risk", "spread", **dict(risk.spread))


def _level(risk: RiskView) -> str:
    texts, proposal = current(), risk.proposal
    level = texts.word("level", proposal.level)
    if not proposal.answers:
        return texts.phrase("risk", "level_unanswered", level=level)
    yes = [one for one in risk.assessment.questions if one.code in proposal.codes]
    sums = {axis: sum(one.weight for one in yes if one.axis is axis) for axis in Axis}
    parts = "、".join(texts.word("axis_short", axis) + str(score) for axis, score in sums.items() if score)
    return texts.phrase("risk", "level", level=level, score=proposal.score, parts=parts)


def _exit(risk: RiskView, office: Office) -> str:
    way_out = risk.assessment.exit
    terms = office.terms.exits.get(way_out.exit) if way_out else None
    if way_out is None or terms is None:
        return ""
    values = {"exit": current().word("exit", way_out.exit), "words": "”“".join(way_out.words)}
    return current().phrase("risk", "exit", **values, lines="、".join(terms.emergency))


def _units(units: Sequence[ProposedUnit], office: Office) -> str:
    """Return proposed units with the words that speak for each; those that are no member any more are left out."""
    return "；".join(
        current().phrase("page", "suggested_why", unit=office.units[one.unit].short, words="”“".join(one.words))
        for one in units
        if one.unit in office.units
    )
