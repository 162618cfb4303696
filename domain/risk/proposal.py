"""The proposed level of a case, and how the officer's judgement compares with it; both are kept and counted."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from domain.errors import Unfit
from domain.risk.assessment import RiskAssessment
from domain.risk.questions import Spread
from domain.values import Frozen, is_empty, is_none
from domain.vocabulary import Exit, Level


class AnsweredQuestion(Frozen):
    """A question that is answered with yes, and by which words; without words the spread of the claim answers it."""

    code: str
    weight: int
    words: tuple[str, ...] = Field(default=(), exclude_if=is_empty)


class RiskProposal(Frozen):
    """What is proposed for a case before anybody has judged it: the level, its score, and what makes the score."""

    level: Level
    score: int
    answers: tuple[AnsweredQuestion, ...] = Field(default=(), exclude_if=is_empty)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the questions that are answered with yes."""
        return tuple(answer.code for answer in self.answers)


class OpeningProposal(RiskProposal):
    """What is proposed for a case as it is opened: also the exit its words speak for, the topic, and who verifies.

    `lead` and `co_units` are codes; `exit_words` are those that speak for the exit.
    """

    exit: Exit | None = Field(default=None, exclude_if=is_none)
    exit_words: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    topic: str | None = Field(default=None, exclude_if=is_none)
    district: str | None = Field(default=None, exclude_if=is_none)
    lead: str | None = Field(default=None, exclude_if=is_none)
    co_units: tuple[str, ...] = Field(default=(), exclude_if=is_empty)


class Judgement(StrEnum):
    """How triage took a proposed level: confirmed, changed by other answers, or overruled with a reason."""

    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    OVERRULED = "overruled"


class LevelReview(Frozen):
    """How triage judged a proposal; the entry that holds it holds the level triage chose.

    `proposed` is the level as it was proposed, `answered` the one by the officer's own `answers`, `score` their sum.
    `chosen` is what the officer chose, `judgement` what that makes of the proposal. `proposed_lead` is the code of the
    unit proposed to lead, `lead` that of the unit asked.
    """

    proposed: Level
    answered: Level
    answers: tuple[str, ...] = Field(default=(), exclude_if=is_empty)
    score: int
    chosen: Level
    judgement: Judgement
    proposed_lead: str | None = Field(default=None, exclude_if=is_none)
    lead: str


def propose(assessment: RiskAssessment, spread: Spread) -> RiskProposal:
    """Return the level proposed for a case whose claim has gone as far as `spread`.

    It is never below the assessment's floor: that no words were found does not make a claim harmless.
    """
    answers = tuple(
        AnsweredQuestion(code=one.code, weight=one.weight, words=one.words)
        for one in assessment.questions
        if one.words or (one.spread is not None and one.spread.reached_by(spread))
    )
    score = sum(answer.weight for answer in answers)
    level = assessment.level_of(score)
    return RiskProposal(
        level=assessment.floor if level.below(assessment.floor) else level, score=score, answers=answers
    )


def at_opening(assessment: RiskAssessment, spread: Spread) -> OpeningProposal:
    """Return all that is proposed for a case as it is opened."""
    way_out = assessment.exit
    return OpeningProposal(
        **dict(propose(assessment, spread)),
        exit=way_out.exit if way_out else None,
        exit_words=way_out.words if way_out else (),
        topic=assessment.topic,
        district=assessment.district,
        lead=assessment.lead.unit if assessment.lead else None,
        co_units=tuple(one.unit for one in assessment.co_units),
    )


def review(
    assessment: RiskAssessment,
    spread: Spread,
    answers: tuple[str, ...] | None,
    chosen: Level,
    lead: str,
    reason: str | None,
) -> LevelReview:
    """Return how an officer judged the proposal; None as `answers`: as they are proposed.

    No reason is needed for the level the answers give, nor for the proposed one while they speak for none more urgent.

    Raises:
        Unfit: an answer to a question the case does not have, or another level without a reason.

    """
    proposal = propose(assessment, spread)
    given = proposal.codes if answers is None else answers
    if unknown := [code for code in given if code not in assessment.codes]:
        raise Unfit("unknown_question", question=",".join(unknown), questions=",".join(assessment.codes))
    given = tuple(code for code in assessment.codes if code in given)
    score = assessment.score_of(given)
    by_answers = assessment.level_of(score)
    spoken_for = by_answers if proposal.level.below(by_answers) else proposal.level
    if chosen not in (by_answers, spoken_for) and reason is None:
        raise Unfit("overrule_needs_reason", level=spoken_for, score=score)
    return LevelReview(
        proposed=proposal.level,
        answered=by_answers,
        answers=given,
        score=score,
        chosen=chosen,
        judgement=_judgement(chosen, proposal.level, by_answers),
        proposed_lead=assessment.lead.unit if assessment.lead else None,
        lead=lead,
    )


def _judgement(chosen: Level, proposed: Level, by_answers: Level) -> Judgement:
    if chosen is proposed:
        return Judgement.CONFIRMED
    return Judgement.ANSWERED if chosen is by_answers else Judgement.OVERRULED
