"""A verdict can change until the last signature: what contradicts it voids the votes, and the chair rules anew."""

import pytest

from domain.case.notice_kinds import Message
from domain.case.payloads import NotIssued
from domain.decisions import Confirm, Consult, ReturnFinding, Sign
from domain.errors import NotPermitted, Unfit, WrongStage
from domain.tasks.available_actions import offers
from domain.vocabulary import (
    ClockName,
    ConsultAct,
    Level,
    PublicationState,
    RequestState,
    Seat,
    SessionReason,
    Stage,
    Verdict,
    VerdictStep,
    Vote,
)
from tests.domain.factories import DUTY, LEADER, TERMS, Story, deputy, finding, liaison, of

pytestmark = pytest.mark.people

FALSE, TRUE = Verdict.FALSE, Verdict.TRUE


def reviewed(level: Level = Level.RED, **more: object) -> Story:
    """Return a case whose lead found FALSE alone, with a text the competent unit has reviewed."""
    story = Story(level, **more).triaged("jkj", "sjw", level=level)
    story.say(deputy("jkj"), finding())
    if level not in (Level.RED, Level.ORANGE):
        story.say(deputy("sjw"), finding())
    story.drafted()
    story.vote(deputy("jkj"))
    return story


def ruling(verdict: Verdict | None = None) -> Consult:
    return Consult(act=ConsultAct.RULING, text="以检测记录为准。", verdict=verdict)


def test_a_finding_that_contradicts_before_the_last_signature_voids_the_votes_and_sends_the_case_back():
    story = reviewed()
    old = story.ballot()

    story.say(liaison("sjw"), finding(TRUE))

    assert (story.case.stage, story.case.verdict, story.case.publication) == (
        Stage.VERIFICATION, None, PublicationState.NONE,
    )  # fmt: skip
    assert story.case.draft is None
    assert not {ClockName.DRAFT, ClockName.APPROVAL} & {name for name, _ in story.runs()}
    assert (ClockName.SESSION, "wxb") in story.runs()
    assert story.events("findings_conflicted")[-1].verdicts == {"jkj": FALSE, "sjw": TRUE}
    assert story.refused(LEADER, old.model_copy(), WrongStage).code == "wrong_stage"
    assert (ClockName.RESPONSE, "wxb") in story.runs()


def test_the_ruling_may_set_another_verdict_and_the_text_is_asked_for_anew():
    story = reviewed()
    story.say(liaison("sjw"), finding(TRUE))

    assert story.refused(LEADER, ruling(), Unfit).code == "ruling_needs_verdict"
    story.say(LEADER, ruling(TRUE))

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, TRUE)
    assert story.case.verdicts[VerdictStep.CROSS_CHECKED].verdict is TRUE
    assert story.events("session_ruled")[-1].dissent == {"jkj": FALSE}
    assert (ClockName.DRAFT, "wxb") in story.runs()
    story.drafted(publication="statement").approved().published()
    assert story.case.verdicts[VerdictStep.FINAL].verdict is TRUE


def test_lead_office_and_those_who_voted_are_told_that_their_votes_are_void():
    story = reviewed()
    story.say(liaison("sjw"), finding(TRUE))

    [told] = story.notices(Message.LATE_FINDING)
    assert told.values == {"unit": "市市场监管委", "verdict": "true", "against": "false"}
    assert {(one.unit, one.seat) for one in told.to} >= {
        ("jkj", Seat.DUTY), ("jkj", Seat.DEPUTY), ("wxb", Seat.DUTY), ("wxb", Seat.EDITOR),
    }  # fmt: skip
    assert [one.seat for notice in story.notices(Message.CONFLICT) for one in notice.to] == [
        Seat.DUTY,
        Seat.DUTY_LEADER,
    ]


def test_the_doubt_ends_by_the_doubters_own_new_finding_and_the_verdict_stands():
    story = reviewed()
    story.say(liaison("sjw"), finding(TRUE))
    assert [offer.kind for offer in offers(story.case, liaison("sjw")) if offer.kind == "finding"] == ["finding"]

    story.say(liaison("sjw"), finding(FALSE, corrects=True))

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, FALSE)
    assert story.case.session is None or story.case.session.questions is None


def test_the_verdict_stands_again_also_where_the_lead_was_ruled_upon_unanswered():
    story = Story().triaged("jkj", "sjw", "swj", "jyw")
    for unit, verdict in (("jkj", FALSE), ("sjw", FALSE), ("swj", TRUE)):
        story.say(liaison(unit), finding(verdict))
    story.say(DUTY, ReturnFinding(unit="jkj", missing="检测报告"))
    story.say(LEADER, ruling(FALSE))
    story.say(liaison("jyw"), finding(TRUE))
    assert story.case.stage is Stage.VERIFICATION

    story.say(liaison("jyw"), finding(FALSE, corrects=True))

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, FALSE), "nobody owes an answer any more"


def test_a_lead_that_sees_its_error_corrects_itself_and_the_chair_rules():
    story = reviewed(Level.YELLOW)
    story.say(liaison("sjw"), finding(TRUE, corrects=True))
    story.say(LEADER, ruling(FALSE))
    story.drafted()

    story.say(deputy("jkj"), finding(TRUE, corrects=True))

    assert (story.case.stage, story.case.verdict) == (Stage.VERIFICATION, None)
    assert story.case.session.reason is SessionReason.CONFLICT
    story.say(LEADER, ruling(TRUE))
    assert story.case.verdict is TRUE


def test_one_unit_alone_does_not_turn_its_verdict_round_without_the_chair():
    story = Story().triaged("jkj").verified()

    story.say(liaison("jkj"), finding(TRUE, corrects=True))

    assert (story.case.stage, story.case.verdict) == (Stage.VERIFICATION, None)
    story.say(LEADER, ruling(TRUE))
    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, TRUE)


def test_who_doubts_the_verdict_does_not_rule_on_it():
    story = Story().triaged("wxb").verified()
    head = of("wxb", Seat.HEAD, person="p1")
    story.say(head, finding(TRUE, corrects=True))

    assert story.refused(head, ruling(TRUE), NotPermitted).code == "own_finding"
    assert "ruling" not in [offer.preset.get("act") for offer in offers(story.case, head)]
    story.say(LEADER, ruling(TRUE))
    assert story.case.verdict is TRUE


def test_what_the_chair_has_ruled_over_is_told_again_and_stops_nothing():
    story = reviewed()
    story.say(liaison("sjw"), finding(TRUE))
    story.say(LEADER, ruling(FALSE))
    story.drafted()

    story.say(liaison("sjw"), finding(TRUE, corrects=True))

    assert (story.case.stage, story.case.verdict) == (Stage.REBUTTAL, FALSE)
    assert story.case.draft is not None
    assert len(story.notices(Message.LATE_FINDING)) == 2


@pytest.mark.parametrize("published", [False, True])
def test_after_the_last_signature_a_finding_is_taken_and_told(published):
    story = reviewed()
    story.vote(LEADER, kind=Sign)
    if published:
        story.published()

    for unit in ("sjw", "jkj"):
        story.say(liaison(unit), finding(TRUE, corrects=unit == "jkj"))

    assert story.case.verdict is FALSE
    assert story.case.stage is (Stage.CLOSURE if published else Stage.REBUTTAL)
    assert [event.late for event in story.events("finding_received")] == [False, True, True]
    assert len(story.notices(Message.LATE_FINDING)) == 2


def test_a_conflict_from_the_rebuttal_joins_the_session_that_is_open():
    story = reviewed()  # at red the session of the level is still open
    assert story.case.session.reason is SessionReason.LEVEL

    story.say(liaison("sjw"), finding(TRUE))

    assert len(story.case.sessions) == 1
    assert story.case.session.questions is FALSE
    story.say(LEADER, ruling(FALSE))
    assert story.case.session is None


def test_an_answer_its_unit_corrects_stands_until_the_correction_is_approved():
    terms = TERMS.model_copy(update={"findings_approved_at": (Level.YELLOW,)})
    story = reviewed(Level.YELLOW, terms=terms)

    story.say(liaison("sjw"), finding(TRUE, corrects=True))
    assert story.case.request_to("sjw").state is RequestState.ANSWERED
    assert (story.case.stage, story.case.request_to("sjw").verdict) == (Stage.REBUTTAL, FALSE)

    [waiting] = story.case.proposals
    story.say(deputy("sjw"), Confirm(ref=waiting.ref, outcome=Vote.APPROVE))
    assert (story.case.stage, story.case.request_to("sjw").verdict) == (Stage.VERIFICATION, TRUE)


def test_a_correction_its_unit_turns_down_changes_nothing():
    terms = TERMS.model_copy(update={"findings_approved_at": (Level.YELLOW,)})
    story = reviewed(Level.YELLOW, terms=terms)
    story.say(liaison("sjw"), finding(TRUE, corrects=True))
    [waiting] = story.case.proposals

    story.say(deputy("sjw"), Confirm(ref=waiting.ref, outcome=Vote.RETURN, remarks="证据不足"))

    assert (story.case.stage, story.case.request_to("sjw").verdict) == (Stage.REBUTTAL, FALSE)
    assert story.case.request_to("sjw").state is RequestState.ANSWERED


def test_a_text_that_no_public_channel_took_is_not_written_anew_against_a_finding_nobody_has_ruled_over():
    story = Story().triaged("jkj", "sjw").verified().drafted().approved()
    story.say(liaison("sjw"), finding(Verdict.TRUE, corrects=True))
    assert story.case.stage is Stage.REBUTTAL  # it came after the last signature: kept, and told

    for debt in story.publications():
        story.returns(debt, NotIssued(reason="频道停用"))

    assert story.case.stage is Stage.VERIFICATION
    assert (story.case.verdict, story.case.session.questions) == (None, Verdict.FALSE)
