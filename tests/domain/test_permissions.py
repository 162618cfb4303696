"""Who may say what: cells written by hand, and a sweep over every seat, unit and kind."""

import pytest

from domain.decisions import CONSOLE, Acknowledge, Actor, PhoneLog, Relevel
from domain.errors import NotPermitted, Refused
from domain.permissions import TABLE, may
from domain.stages import RULES, check
from domain.words import ClockName, Level, Seat, Stage
from tests.domain.building import DUTY, LEADER, OFFICE_HEAD, UNITS, Story, liaison, of
from tests.domain.test_transitions import EXAMPLES, at

LEAD, CO, PARENT, OUTSIDE, OFFICE = "jkj", "sjw", "wjw", "jyw", "wxb"
YES, NO = True, False

CELLS = [
    # kind, unit, seat, may
    ("triage", OFFICE, Seat.DUTY, YES),
    ("triage", OFFICE, Seat.DUTY_LEADER, YES),
    ("triage", OFFICE, Seat.EDITOR, NO),
    ("triage", OFFICE, Seat.HEAD, NO),
    ("triage", LEAD, Seat.DUTY, NO),
    ("triage", LEAD, Seat.DUTY_LEADER, NO),
    ("assign", OFFICE, Seat.DUTY, YES),
    ("assign", OFFICE, Seat.LIAISON_A, NO),
    ("assign", PARENT, Seat.HEAD, NO),
    ("add_unit", OFFICE, Seat.DUTY_LEADER, YES),
    ("add_unit", LEAD, Seat.HEAD, NO),
    ("add_unit", OFFICE, Seat.EDITOR, NO),
    ("accept", LEAD, Seat.DUTY, YES),
    ("accept", LEAD, Seat.LIAISON_A, YES),
    ("accept", LEAD, Seat.LIAISON_B, YES),
    ("accept", LEAD, Seat.DEPUTY, YES),
    ("accept", LEAD, Seat.HEAD, YES),
    ("accept", LEAD, Seat.EDITOR, NO),
    ("accept", CO, Seat.DUTY, YES),
    ("accept", PARENT, Seat.DUTY, NO),
    ("accept", OUTSIDE, Seat.DUTY, NO),
    ("accept", OFFICE, Seat.DUTY, NO),
    ("decline", CO, Seat.LIAISON_B, YES),
    ("decline", OUTSIDE, Seat.HEAD, NO),
    ("decline", OFFICE, Seat.DUTY_LEADER, NO),
    ("finding", LEAD, Seat.LIAISON_A, YES),
    ("finding", CO, Seat.OFFICER, YES),
    ("finding", PARENT, Seat.DEPUTY, NO),
    ("finding", OUTSIDE, Seat.LIAISON_A, NO),
    ("finding", OFFICE, Seat.EDITOR, NO),
    ("return_finding", OFFICE, Seat.DUTY, YES),
    ("return_finding", OFFICE, Seat.EDITOR, NO),
    ("return_finding", LEAD, Seat.HEAD, NO),
    ("draft", OFFICE, Seat.EDITOR, YES),
    ("draft", OFFICE, Seat.DUTY, NO),
    ("draft", OFFICE, Seat.HEAD, NO),
    ("draft", LEAD, Seat.EDITOR, NO),
    ("draft", LEAD, Seat.LIAISON_A, NO),
    ("review", LEAD, Seat.DEPUTY, YES),
    ("review", LEAD, Seat.HEAD, YES),
    ("review", LEAD, Seat.LIAISON_A, NO),
    ("review", PARENT, Seat.DEPUTY, YES),
    ("review", PARENT, Seat.DUTY, NO),
    ("review", CO, Seat.DEPUTY, NO),
    ("review", CO, Seat.HEAD, NO),
    ("review", OFFICE, Seat.DEPUTY, YES),
    ("review", OFFICE, Seat.HEAD, YES),
    ("review", OFFICE, Seat.DUTY_LEADER, YES),
    ("review", OFFICE, Seat.EDITOR, NO),
    ("review", OFFICE, Seat.DUTY, NO),
    ("review", OUTSIDE, Seat.HEAD, NO),
    ("escalate", OFFICE, Seat.EDITOR, YES),
    ("escalate", CO, Seat.OFFICER, YES),
    ("escalate", OUTSIDE, Seat.HEAD, NO),
    ("escalate", PARENT, Seat.HEAD, NO),
    ("note", LEAD, Seat.LIAISON_B, YES),
    ("note", OUTSIDE, Seat.DUTY, NO),
    ("close", OFFICE, Seat.DUTY, YES),
    ("close", OFFICE, Seat.EDITOR, YES),
    ("close", OFFICE, Seat.DEPUTY, NO),
    ("close", LEAD, Seat.HEAD, NO),
    ("relevel", OFFICE, Seat.DUTY, YES),
    ("relevel", OFFICE, Seat.DUTY_LEADER, YES),
    ("relevel", OFFICE, Seat.HEAD, NO),
    ("relevel", LEAD, Seat.HEAD, NO),
]


@pytest.fixture(scope="module")
def verifying() -> Story:
    return Story().triaged(LEAD, CO)


@pytest.mark.parametrize(("kind", "unit", "seat", "allowed"), CELLS)
def test_the_table_by_hand(verifying, kind, unit, seat, allowed):
    assert may(of(unit, seat), kind, verifying.case) is allowed


@pytest.mark.parametrize("kind", list(TABLE))
def test_the_console_may_only_escalate(verifying, kind):
    assert may(CONSOLE, kind, verifying.case) is (kind == "escalate")


@pytest.mark.parametrize("stage", [Stage.TRIAGE, Stage.VERIFICATION, Stage.REBUTTAL, Stage.CLOSURE])
def test_a_decision_is_refused_for_the_person_exactly_when_the_table_says_so(stage):
    case, proven = at(stage).case, Story.proven
    actors = [CONSOLE, *(of(unit, seat) for unit in UNITS for seat in Seat), *(of(unit) for unit in UNITS)]
    kinds = [kind for kind, rule in RULES.items() if stage in rule.stages]

    for actor in actors:
        for kind in kinds:
            said = EXAMPLES[kind][1]
            try:
                check(case, kind, said, proven(actor, said), "u", case.opened_at)
                refusal = None
            except Refused as error:
                refusal = error
            barred = isinstance(refusal, NotPermitted)
            assert barred is not may(actor, kind, case, said), (kind, actor)
            if barred:
                assert refusal.code == "not_permitted"


def test_one_seat_of_several_is_enough():
    both = of("wxb", Seat.LIAISON_A, Seat.DUTY)

    assert may(both, "triage", Story().case)


def test_the_same_seat_in_another_unit_counts_for_nothing(verifying):
    assert not may(of(OUTSIDE, Seat.DUTY), "triage", verifying.case)
    assert not may(of(CO, Seat.EDITOR), "draft", verifying.case)


def test_a_unit_that_declined_is_asked_no_more():
    story = Story().triaged(LEAD, CO)
    story.say(liaison(CO), EXAMPLES["decline"][1])

    assert not may(liaison(CO), "finding", story.case)
    assert not may(liaison(CO), "note", story.case)


def test_without_a_lead_only_the_office_reviews():
    story = Story().triaged(LEAD, CO)
    story.say(liaison(LEAD), EXAMPLES["decline"][1])

    assert not may(of(LEAD, Seat.DEPUTY), "review", story.case)
    assert may(of(OFFICE, Seat.DEPUTY), "review", story.case)


@pytest.mark.parametrize(
    ("to", "duty", "leader"), [(Level.RED, YES, YES), (Level.YELLOW, NO, YES), (Level.BLUE, NO, YES)]
)
def test_lowering_the_level_asks_for_the_duty_leader(to, duty, leader):
    case = Story(Level.ORANGE).triaged(LEAD).case
    said = Relevel(level=to, reason="研判")

    assert may(DUTY, "relevel", case, said) is duty
    assert may(LEADER, "relevel", case, said) is leader
    assert not may(OFFICE_HEAD, "relevel", case, said)


@pytest.mark.parametrize("said", [Acknowledge, PhoneLog])
def test_a_call_is_answered_for_by_who_was_called_or_owes_the_clock(said):
    story = Story(Level.RED).triaged(LEAD, CO, level=Level.RED)
    more = {"outcome": "reached"} if said is PhoneLog else {}
    about = said(clock=ClockName.ANSWER, unit=LEAD, **more)
    kind = about.kind

    assert may(of(LEAD, Seat.DUTY), kind, story.case, about)
    assert may(of(LEAD, Seat.OFFICER), kind, story.case, about)
    assert may(DUTY, kind, story.case, about)  # informed at the start
    assert not may(of(OFFICE, Seat.HEAD), kind, story.case, about)
    assert not may(of(CO, Seat.DUTY), kind, story.case, about)

    story.wait("3h")  # the ladder has reached the head of the office
    assert may(of(OFFICE, Seat.HEAD), kind, story.case, about)
    assert not may(of(CO, Seat.DUTY), kind, story.case, about)


def test_a_person_without_any_seat_of_the_unit_takes_no_part_in_its_decisions():
    nobody = Actor(person="p0", unit=LEAD, short="市疾控中心", seats=())
    case = Story().triaged(LEAD).case

    assert not any(may(nobody, kind, case) for kind in ("accept", "decline", "finding", "review"))
