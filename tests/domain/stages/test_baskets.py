"""Triage baskets: reports that say too little wait together; some go to other cases, or triage says what they claim."""

from __future__ import annotations

import pytest

from domain.case.case import Case
from domain.case.summarise import summarise
from domain.decisions import SYSTEM, MoveReports, Proven, Sighting, TriageDecision
from domain.errors import CaseOver, Unfit, Unknown
from domain.stages.sightings import sighted
from domain.terms import SurgeTerms
from domain.vocabulary import Exit, Level, Stage
from tests.domain.factories import DUTY, MOVING, ORIGINAL, START, TERMS, Story

CLAIM = "松坪区今晚停水三天"
WORDED = TriageDecision(level=Level.YELLOW, topic="供水", lead="swj", claim=CLAIM)
MOVE = MoveReports(reports=("r2",), into=ORIGINAL.number, reason="同一说法")


def basket(sightings: int = 3) -> Story:
    """A basket with some reports."""
    story = Story(basket=True)
    seen(story.case, sightings)
    return story


def seen(case: Case, count: int, heat: int = 0) -> None:
    sighted(case, Sighting(count=count, districts=1, channels=1, sources=count, heat=heat), Proven(actor=SYSTEM), START)


def test_a_basket_says_that_it_is_one_until_triage_has_worded_its_claim() -> None:
    story = basket()
    assert story.case.unrecorded[0].event.basket is True
    assert summarise(story.case).basket is True

    story.say(DUTY, WORDED)

    worded, triaged = [entry.event for entry in story.entries if entry.event.kind in ("claim_worded", "triaged")]
    assert (worded.claim, worded.before, triaged.level) == (CLAIM, story.case.opening.claim, Level.YELLOW)
    assert (story.case.claim, summarise(story.case).basket, story.case.stage) == (CLAIM, False, Stage.VERIFICATION)
    assert story.case.opening.claim != CLAIM


def test_a_case_of_a_claim_keeps_its_words_and_its_bytes() -> None:
    story = Story()

    assert summarise(story.case).basket is False
    assert "basket" not in story.case.model_dump_json()
    assert "worded_claim" not in story.case.model_dump_json()
    assert story.refused(DUTY, WORDED, Unfit).code == "claim_not_asked_for"


def test_a_basket_is_not_verified_before_somebody_says_what_is_claimed() -> None:
    story = basket()
    bare = WORDED.model_copy(update={"claim": None})

    assert story.refused(DUTY, bare, Unfit).code == "basket_needs_claim"
    known = story.proven(DUTY, WORDED).model_copy(update={"same_claim": "辟〔2026〕0007"})
    story.proven = lambda actor, said: known  # type: ignore[method-assign]
    assert story.refused(DUTY, WORDED, Unfit).values == {"number": "辟〔2026〕0007"}


@pytest.mark.parametrize(
    "out", [TriageDecision(exit=Exit.QUESTION), TriageDecision(exit=Exit.DUPLICATE, duplicate_of="3")]
)
def test_a_basket_leaves_by_every_exit_without_a_claim(out: TriageDecision) -> None:
    story = basket()

    assert story.refused(DUTY, out.model_copy(update={"claim": CLAIM}), Unfit).code == "exit_or_verify"
    story.say(DUTY, out)

    assert story.case.closed_at is not None
    assert story.refused(DUTY, MOVE, CaseOver).code == "case_over"


def test_reports_go_to_the_case_they_belong_to_and_the_basket_counts_what_stays() -> None:
    story = basket()

    story.say(DUTY, MOVE)

    moved = story.entries[-1].event
    assert (moved.kind, moved.reports, moved.into, moved.reason, moved.count) == (
        "reports_moved", ("r2",), ORIGINAL, "同一说法", MOVING.count,
    )  # fmt: skip
    assert (story.case.sightings, story.case.splits, story.case.stage) == (MOVING.count, 1, Stage.TRIAGE)
    seq = story.case.seq
    seen(story.case, 3)
    assert (story.case.sightings, story.case.seq) == (MOVING.count, seq), "counted before some had gone"


def test_what_cannot_be_moved_is_refused_and_changes_nothing() -> None:
    story = basket()
    first = MOVE.model_copy(update={"reports": ("r2", story.case.opening.report_id)})
    assert story.refused(DUTY, first, Unfit).code == "move_first_report"
    assert Story().refused(DUTY, MOVE, Unfit).code == "no_basket"
    proven = story.proven(DUTY, MOVE)
    own = ORIGINAL.model_copy(update={"case_id": story.case.opening.case_id})
    over = ORIGINAL.model_copy(update={"answered": False})
    for changes, error, code in (
        ({"split": None}, Unknown, "reports_not_here"),
        ({"original": own}, Unfit, "move_into_itself"),
        ({"original": over}, Unfit, "original_unanswered"),
    ):
        found = proven.model_copy(update=changes)
        story.proven = lambda actor, said, found=found: found  # type: ignore[method-assign, misc]
        assert story.refused(DUTY, MOVE, error).code == code


def test_however_many_say_so_little_the_office_is_rung_once() -> None:
    terms = TERMS.model_copy(update={"surge": SurgeTerms(sources=10, level=Level.ORANGE)})
    of_claim, story = Story(terms=terms), Story(terms=terms, basket=True)

    for one in (of_claim, story):
        seen(one.case, 50, heat=50)

    assert (of_claim.case.level, story.case.level) == (Level.ORANGE, Level.YELLOW)
    assert story.case.surged is False
