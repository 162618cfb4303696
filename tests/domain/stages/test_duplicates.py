"""A duplicate leaves triage by a person's word: its answer is that of the case it names."""

import pytest

from domain.decisions import Confirm, Decline, Original, TriageDecision
from domain.errors import Unfit
from domain.tasks.available_actions import offers
from domain.tasks.brief import brief_of
from domain.vocabulary import Exit, Stage, Vote
from tests.domain.factories import DUTY, LEADER, Story, liaison

ANSWERED = Original(case_id="abcdefghjk", number="辟〔2026〕0003", answered=True)
RUNNING = Original(case_id="abcdefghjk", number="辟〔2026〕0003", running=True)
ENDED = Original(case_id="abcdefghjk", number="辟〔2026〕0003")
SAME = TriageDecision(exit=Exit.DUPLICATE, duplicate_of="辟〔2026〕0003", reason="同一说法")


class Merging(Story):
    """A story whose desk finds `original` under the number a duplicate names."""

    original: Original | None = ANSWERED

    def original_of(self, said) -> Original | None:
        return self.original if super().original_of(said) or getattr(said, "duplicate_of", None) else None


@pytest.mark.parametrize("original", [ANSWERED, RUNNING])
def test_a_duplicate_is_closed_and_names_the_case_whose_answer_is_its_own(original):
    told = Merging()
    told.original = original

    answer = told.say(DUTY, SAME)

    assert (told.case.stage, told.case.over, told.case.exit) == (Stage.CLOSURE, True, Exit.DUPLICATE)
    assert answer.record.summary.original == original
    assert told.events("passed_on")[0].into == original
    assert [notice for notice in told.notices() if notice.message == "passed_on"] == []


def test_a_duplicate_of_a_case_that_ended_without_an_answer_is_refused():
    told = Merging()
    told.original = ENDED
    assert told.refused(DUTY, SAME, Unfit).code == "original_unanswered"


def test_a_duplicate_names_another_case_and_nothing_else():
    told = Merging()
    told.original = Original(case_id=told.case.opening.case_id, number="辟〔2026〕0123", running=True)
    assert told.refused(DUTY, SAME, Unfit).code == "duplicate_of_itself"

    told.original = None
    assert told.refused(DUTY, TriageDecision(exit=Exit.DUPLICATE), Unfit).code == "needs_original"
    told.original = ANSWERED
    assert told.refused(DUTY, SAME.model_copy(update={"pass_to": "zwb"}), Unfit).code == "needs_original"
    other = SAME.model_copy(update={"exit": Exit.OPINION})
    assert told.refused(DUTY, other, Unfit).code == "original_not_asked_for"


def test_once_units_were_asked_a_second_person_confirms_that_it_is_a_duplicate():
    told = Merging().triaged("jkj")
    told.say(liaison("jkj"), Decline(reason="已有公开回应"))

    told.say(DUTY, SAME)
    assert not told.case.over
    assert [view.original for view in brief_of(told.case, LEADER).proposals] == ["辟〔2026〕0003"]
    [asked] = told.notices("confirm_request")
    assert asked.values["into"] == "辟〔2026〕0003"
    told.confirmed_by(LEADER)

    assert (told.case.over, told.case.original) == (True, ANSWERED)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (ENDED, "original_ended"),
        (None, "original_not_found"),
        (ANSWERED.model_copy(update={"case_id": "other"}), "original_not_found"),
    ],
)
def test_what_is_confirmed_is_judged_by_how_its_original_stands_then(found, code):
    told = Merging().triaged("jkj")
    told.say(liaison("jkj"), Decline(reason="已有公开回应"))
    told.original = RUNNING
    told.say(DUTY, SAME)
    [waiting] = told.case.proposals

    told.original = found
    assert told.refused(LEADER, Confirm(ref=waiting.ref, outcome=Vote.APPROVE)).code == code
    told.original = ANSWERED
    told.confirmed_by(LEADER)

    assert told.case.original == ANSWERED, "as it stood when it took effect"


def test_triage_offers_to_merge_and_the_state_keeps_it():
    told = Merging()
    told.travels = True

    marked = [offer for offer in offers(told.case, DUTY) if "duplicate_of" in offer.only]
    assert [offer.preset for offer in marked] == [{"exit": Exit.DUPLICATE}]
    told.say(DUTY, SAME)
