"""What one person asks for takes effect when another says yes: never one's own, and only while it waits."""

import pytest

from domain.case.notice_kinds import Message
from domain.decisions import Actor, Confirm, Consent, Decline, Interim, Override, Relevel, Sign
from domain.errors import NotPermitted, Stale, Unfit
from domain.vocabulary import ClockName, Level, ProposalKind, PublicationState, Seat, SlotKind, Stage, Vote
from tests.domain.factories import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    OFFICE_HEAD,
    Story,
    deputy,
    draft,
    liaison,
    of,
    triage,
)

pytestmark = pytest.mark.people

OTHER_DUTY = of("wxb", Seat.DUTY, person="the next duty officer")
OTHER_LEADER = of("wxb", Seat.DUTY_LEADER, person="the next duty leader")


def ask_lower(story: Story, actor: Actor = DUTY, level: Level = Level.YELLOW) -> int:
    story.say(actor, Relevel(level=level, reason="平息"))
    return story.case.proposals[-1].ref


def yes(ref: int) -> Confirm:
    return Confirm(ref=ref, outcome=Vote.APPROVE)


def no(ref: int) -> Confirm:
    return Confirm(ref=ref, outcome=Vote.REJECT, remarks="理由不足")


def without(unit: str = "sjw") -> Override:
    return Override(unit=unit, reason="联系不上，时限将至")


WRITER = of("wxb", Seat.EDITOR, person="the other editor")


def drafted(*consents: str) -> Story:
    """Return a case with a text that its competent unit has reviewed and that needs the consents named."""
    story = Story().triaged("jkj", "sjw", "skx").verified()
    story.say(WRITER, draft(consents=consents or ("sjw",)))
    story.vote(deputy("jkj"))
    story.wait("2h")  # before, nobody goes on without a consent
    return story


# --- the level -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asks", "confirms"), [(DUTY, LEADER), (LEADER, DUTY)])
def test_a_lower_level_is_asked_for_from_one_seat_and_confirmed_from_the_other(asks, confirms):
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    ref = ask_lower(story, asks)
    assert story.case.level is Level.RED
    [told] = story.notices(Message.CONFIRM_REQUEST)
    assert [(one.unit, one.seat) for one in told.to] == [("wxb", confirms.seats[0])]

    story.say(confirms, yes(ref))

    assert story.case.level is Level.YELLOW
    [changed] = story.events("level_changed")
    assert (changed.old, changed.new, changed.reason) == (Level.RED, Level.YELLOW, "平息")
    assert {clock.level for clock in story.case.running()} == {Level.YELLOW}


@pytest.mark.parametrize(("asks", "same"), [(DUTY, OTHER_DUTY), (LEADER, OTHER_LEADER)])
def test_another_person_of_the_same_seat_does_not_confirm_a_lower_level(asks, same):
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    ref = ask_lower(story, asks)

    assert story.refused(same, yes(ref), NotPermitted).code == "not_permitted"
    assert story.refused(same, no(ref), NotPermitted).code == "not_permitted"


@pytest.mark.parametrize("actor", [EDITOR, OFFICE_DEPUTY, OFFICE_HEAD, deputy("jkj")])
def test_nobody_else_lowers_a_level(actor):
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    assert story.refused(actor, Relevel(level=Level.BLUE, reason="平息"), NotPermitted).code == "not_permitted"
    ref = ask_lower(story)
    assert story.refused(actor, yes(ref), NotPermitted).code == "not_permitted"


def test_one_person_in_both_seats_does_not_lower_a_level_alone():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    both = of("wxb", Seat.DUTY, Seat.DUTY_LEADER, person="p9")
    ref = ask_lower(story, both)

    assert story.refused(both, yes(ref), NotPermitted).code == "own_proposal"
    story.say(DUTY, yes(ref))
    assert story.case.level is Level.YELLOW


@pytest.mark.parametrize("actor", [DUTY, LEADER])
def test_a_higher_level_takes_effect_at_once(actor):
    story = Story().triaged("jkj")

    story.say(actor, Relevel(level=Level.RED, reason="扩散"))

    assert (story.case.level, story.case.proposals) == (Level.RED, ())


def test_a_lower_level_is_asked_for_once_at_a_time():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    ref = ask_lower(story)

    assert story.refused(LEADER, Relevel(level=Level.BLUE, reason="平息"), Unfit).code == "proposed_already"
    story.say(LEADER, no(ref))
    assert story.case.level is Level.RED
    ask_lower(story, LEADER, Level.BLUE)


def test_what_was_asked_for_under_another_level_waits_no_more():
    story = Story(Level.ORANGE).triaged("jkj", level=Level.ORANGE)
    ref = ask_lower(story)
    story.say(LEADER, Relevel(level=Level.RED, reason="扩散"))

    assert story.refused(LEADER, yes(ref), Stale).code == "no_proposal"
    [lapsed] = story.events("proposal_lapsed")
    assert (lapsed.what, lapsed.ref) == (ProposalKind.LOWER_LEVEL, ref)
    story.say(LEADER, yes_after(story))
    assert story.case.level is Level.YELLOW


def yes_after(story: Story) -> Confirm:
    return yes(ask_lower(story))


def test_a_new_triage_at_a_higher_level_ends_what_was_asked_for():
    story = Story(Level.ORANGE).triaged("jkj", level=Level.ORANGE)
    ref = ask_lower(story)
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.triaged("sjw", level=Level.RED)

    assert story.refused(LEADER, yes(ref), Stale).code == "no_proposal"
    ask_lower(story, DUTY, Level.BLUE)


@pytest.mark.parametrize("again", [DUTY, LEADER])
def test_a_new_triage_lowers_a_confirmed_level_by_two_persons_only(again):
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    ref = ask_lower(story, again, Level.BLUE)
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))

    story.say(again, triage("sjw", level=Level.ORANGE, reason="已平息"))

    assert story.case.level is Level.RED
    assert {clock.level for clock in story.case.running()} == {Level.RED}
    assert story.refused(LEADER, yes(ref), Stale).code == "no_proposal", "the later word is asked for"
    assert [(one.kind, one.level) for one in story.case.proposals] == [(ProposalKind.LOWER_LEVEL, Level.ORANGE)]
    story.confirmed_by(LEADER if again is DUTY else DUTY)
    assert story.case.level is Level.ORANGE


def test_a_new_triage_at_the_level_that_is_asked_for_asks_no_second_time():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    ref = ask_lower(story, DUTY, Level.BLUE)
    story.say(liaison("jkj"), Decline(reason="不属本单位职责"))
    story.triaged("sjw", level=Level.BLUE)

    story.say(LEADER, yes(ref))

    assert story.case.level is Level.BLUE


def test_a_level_the_word_list_set_is_lowered_by_the_first_triage_alone():
    assert Story(Level.RED).triaged("jkj", level=Level.BLUE).case.level is Level.BLUE


# --- going on without a consent --------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [DUTY, EDITOR])
def test_with_the_duty_leaders_yes_a_text_goes_on_without_a_consent(actor):
    story = drafted()
    story.say(actor, without())
    [told] = story.notices(Message.CONFIRM_REQUEST)
    assert [(one.unit, one.seat) for one in told.to] == [("wxb", Seat.DUTY_LEADER)]
    assert told.values["title"] == "市市场监管委"
    assert story.refused(OFFICE_DEPUTY, story.ballot(kind=Sign), Unfit).code == "sign_last"

    story.say(LEADER, yes(story.case.proposals[0].ref))

    [slot] = [one for one in story.case.draft.slots if one.kind is SlotKind.CONSENT]
    assert (slot.skipped, slot.vote) == (True, None)
    assert story.notices(Message.SIGN_REQUEST)[-1].to[0].seat is Seat.DEPUTY
    assert story.events("proposed")[0].reason == "联系不上，时限将至"
    story.vote(OFFICE_DEPUTY, kind=Sign)
    assert story.case.publication is PublicationState.APPROVED


@pytest.mark.parametrize("actor", [LEADER, OFFICE_DEPUTY, deputy("jkj"), deputy("sjw")])
def test_nobody_else_asks_to_go_on(actor):
    assert drafted().refused(actor, without(), NotPermitted).code == "not_permitted"


@pytest.mark.parametrize("actor", [OTHER_DUTY, OFFICE_DEPUTY, OFFICE_HEAD, deputy("sjw")])
def test_nobody_but_the_duty_leader_says_yes_to_that(actor):
    story = drafted()
    story.say(DUTY, without())

    assert story.refused(actor, yes(story.case.proposals[0].ref), NotPermitted).code == "not_permitted"


def test_who_asked_from_one_seat_does_not_confirm_from_the_other():
    story = drafted()
    both = of("wxb", Seat.EDITOR, Seat.DUTY_LEADER, person="p9")
    story.say(both, without())

    assert story.refused(both, yes(story.case.proposals[0].ref), NotPermitted).code == "own_proposal"
    story.say(LEADER, yes(story.case.proposals[0].ref))


def test_the_other_consents_and_the_review_are_still_needed():
    story = Story().triaged("jkj", "sjw", "skx").verified().drafted(consents=("sjw", "skx"))
    story.wait("2h")
    story.say(DUTY, without())
    story.say(LEADER, yes(story.case.proposals[0].ref))

    assert story.refused(OFFICE_DEPUTY, story.ballot(kind=Sign), Unfit).values["waiting"] == "市疾控中心、市科协"


def test_a_consent_that_is_not_missing_is_not_skipped():
    story = drafted()
    assert story.refused(DUTY, without("skx"), Unfit).code == "no_consent_missing"
    story.vote(deputy("sjw"), kind=Consent)

    assert story.refused(DUTY, without(), Unfit).code == "no_consent_missing"
    assert Story().triaged("jkj").verified().refused(DUTY, without(), Unfit).code == "no_consent_missing"


def test_it_is_asked_for_once_per_unit():
    story = drafted("sjw", "skx")
    story.say(DUTY, without())

    assert story.refused(EDITOR, without(), Unfit).code == "proposed_already"
    story.say(EDITOR, without("skx"))
    assert len(story.case.proposals) == 2


def test_turned_down_the_text_goes_on_waiting():
    story = drafted()
    story.say(DUTY, without())

    story.say(LEADER, no(story.case.proposals[0].ref))

    assert story.events("turned_down")[0].remarks == "理由不足"
    assert [slot.kind for slot in story.case.draft.open_slots()] == [SlotKind.CONSENT]
    story.vote(deputy("sjw"), kind=Consent)


def test_a_consent_given_after_all_ends_the_request_to_go_on_without():
    story = drafted("sjw", "skx")
    story.say(DUTY, without())
    ref = story.case.proposals[0].ref

    story.vote(deputy("sjw"), kind=Consent)

    assert story.refused(LEADER, yes(ref), Stale).code == "no_proposal"
    assert [event.ref for event in story.events("proposal_lapsed")] == [ref]


def test_what_was_asked_for_one_text_holds_for_no_other():
    story = drafted()
    story.say(DUTY, without())
    ref = story.case.proposals[0].ref

    story.drafted(consents=("sjw",), text="改写后的文字。", reason="补充日期")

    assert story.refused(LEADER, yes(ref), Stale).code == "no_proposal"
    story.wait("2h")
    story.say(DUTY, without())


def test_a_text_sent_back_takes_the_request_with_it():
    story = drafted("sjw", "skx")
    story.say(DUTY, without())
    story.vote(deputy("skx"), Vote.RETURN, "第二段不实", kind=Consent)

    assert story.case.proposals == ()
    story.drafted(consents=("sjw",))
    story.wait("2h")
    story.say(DUTY, without())


def test_the_clock_passes_on_when_the_consent_is_skipped():
    story = drafted()
    due = story.clock(ClockName.APPROVAL, "sjw").due
    story.wait("1h")
    story.say(DUTY, without())
    story.say(LEADER, yes(story.case.proposals[0].ref))

    assert story.clock(ClockName.APPROVAL, "wxb").due == due


# --- any proposal ----------------------------------------------------------------------------------------------------


def test_a_number_that_is_not_waiting_is_stale():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    assert story.refused(LEADER, yes(1), Stale).values == {"ref": 1}
    ref = ask_lower(story)
    story.say(LEADER, yes(ref))

    assert story.refused(OTHER_LEADER, yes(ref), Stale).code == "no_proposal"


@pytest.mark.parametrize("outcome", [Vote.RETURN, Vote.REJECT])
def test_turning_down_needs_remarks(outcome):
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    ref = ask_lower(story)

    assert story.refused(LEADER, Confirm(ref=ref, outcome=outcome), Unfit).code == "remarks_needed"
    story.say(LEADER, Confirm(ref=ref, outcome=outcome, remarks="仍在扩散"))
    [down] = story.events("turned_down")
    assert (down.what, down.ref, down.remarks) == (ProposalKind.LOWER_LEVEL, ref, "仍在扩散")


@pytest.mark.parametrize("outcome", list(Vote))
def test_nobody_confirms_or_turns_down_what_they_asked_for(outcome):
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    me = of("wxb", Seat.DUTY, Seat.DUTY_LEADER, person="p9")
    story.say(me, Interim())

    said = Confirm(ref=story.case.proposals[0].ref, outcome=outcome, remarks="自己的")
    assert story.refused(me, said, NotPermitted).code == "own_proposal"


def test_proposals_wait_side_by_side_each_under_its_number():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    first = ask_lower(story)
    story.say(DUTY, Interim())
    second = story.case.proposals[-1].ref
    assert first != second

    story.say(LEADER, yes(second))

    assert [one.ref for one in story.case.proposals] == [first]
    assert story.publications()


def test_no_timer_confirms():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    ask_lower(story)
    story.say(DUTY, Interim())

    story.wait("60d")

    assert [one.kind for one in story.case.proposals] == [ProposalKind.LOWER_LEVEL], "the unit it named has expired"
    assert (story.case.level, story.publications()) == (Level.RED, [])
    assert story.case.stage is Stage.TRIAGE
