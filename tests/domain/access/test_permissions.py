"""Who may say what: cells written by hand from the rules of roles, and a sweep over every seat, kind and stage."""

import subprocess
import sys

import pytest

from domain.access.permissions import TABLE, confirming, may, was_asked
from domain.decider.decide import RULES, check
from domain.decisions import CONSOLE, Acknowledge, Actor, Confirm, PhoneLog
from domain.errors import NotPermitted, Refused, WrongStage
from domain.vocabulary import ClockName, Level, ProposalKind, Seat, Stage, Vote
from tests.domain.case_states import CITY, CO, LEAD, OFFERED, OFFICE, OUTSIDE, PARENT, STAGES, bodies, situation
from tests.domain.decider.test_transitions import EXAMPLES
from tests.domain.factories import Story, deputy, liaison, of

pytestmark = pytest.mark.people

T, V, R, C = STAGES
YES, NO = True, False

CELLS = [
    # what is said, stage, unit, seat, may they; the reason where it is not plain
    ("triage", T, OFFICE, Seat.DUTY, YES),
    ("triage", T, OFFICE, Seat.DUTY_LEADER, YES),
    ("triage", T, OFFICE, Seat.EDITOR, NO),
    ("triage", T, OFFICE, Seat.HEAD, NO),  # the ladder reaches the head, who has the duty leader do it
    ("triage", T, LEAD, Seat.DUTY, NO),
    ("triage", T, CO, Seat.DUTY_LEADER, NO),  # the seat's name counts in the office alone
    ("assign", T, OFFICE, Seat.DUTY, YES),
    ("assign", T, OFFICE, Seat.LIAISON_A, NO),
    ("assign", T, PARENT, Seat.HEAD, NO),  # a superior unit orders nothing past the office
    ("add_unit", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("add_unit", V, LEAD, Seat.HEAD, NO),
    ("add_unit", V, OFFICE, Seat.EDITOR, NO),
    ("release", V, OFFICE, Seat.DUTY, YES),
    ("release", V, LEAD, Seat.HEAD, NO),
    ("relevel", V, OFFICE, Seat.DUTY, YES),
    ("relevel", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("relevel", V, OFFICE, Seat.HEAD, NO),
    ("relevel", R, LEAD, Seat.HEAD, NO),
    ("accept", V, LEAD, Seat.DUTY, YES),
    ("accept", V, LEAD, Seat.LIAISON_B, YES),
    ("accept", V, LEAD, Seat.HEAD, YES),  # whom the ladder has reached may act
    ("accept", V, LEAD, Seat.EDITOR, NO),  # only the office has an editor
    ("accept", V, OFFERED, Seat.LIAISON_A, YES),  # a request is offered to it
    ("accept", V, PARENT, Seat.DUTY, NO),
    ("accept", V, OUTSIDE, Seat.DUTY, NO),
    ("accept", V, OFFICE, Seat.DUTY, NO),  # the office signs for nobody
    ("decline", V, CO, Seat.LIAISON_B, YES),
    ("decline", V, OUTSIDE, Seat.HEAD, NO),
    ("decline", V, OFFICE, Seat.DUTY_LEADER, NO),
    ("transfer", V, LEAD, Seat.LIAISON_A, YES),
    ("transfer of another", V, CO, Seat.HEAD, NO),  # a unit hands on its own request only
    ("transfer of another", V, OFFICE, Seat.DUTY, YES),
    ("transfer of another", V, OFFICE, Seat.EDITOR, NO),
    ("finding", V, LEAD, Seat.LIAISON_A, YES),
    ("finding", R, CO, Seat.OFFICER, YES),  # a late one is attached
    ("finding", V, PARENT, Seat.DEPUTY, NO),
    ("finding", V, OUTSIDE, Seat.LIAISON_A, NO),
    ("finding", V, OFFICE, Seat.EDITOR, NO),
    ("return_finding", V, OFFICE, Seat.DUTY, YES),
    ("return_finding", V, OFFICE, Seat.EDITOR, NO),
    ("return_finding", V, LEAD, Seat.HEAD, NO),
    ("consult call", V, OFFICE, Seat.DUTY, YES),
    ("consult call", V, OFFICE, Seat.HEAD, NO),  # the chair rules, the duty seats call
    ("consult call", V, LEAD, Seat.HEAD, NO),
    ("consult position", V, LEAD, Seat.LIAISON_A, YES),
    ("consult position", C, CO, Seat.HEAD, YES),  # dissent is kept after the word is out
    ("consult position", V, OUTSIDE, Seat.HEAD, NO),
    ("consult position", V, OFFICE, Seat.DUTY_LEADER, NO),  # the chair takes no side
    ("consult position", V, PARENT, Seat.HEAD, NO),
    ("consult actions", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("consult actions", C, OFFICE, Seat.HEAD, YES),  # the list goes on after the minutes
    ("consult actions", V, OFFICE, Seat.DUTY, NO),  # the duty seats give out what they call a session for
    ("consult actions", V, LEAD, Seat.HEAD, NO),
    ("consult ticks_off", V, LEAD, Seat.LIAISON_A, YES),
    ("consult ticks_off", V, OFFICE, Seat.DUTY_LEADER, YES),  # any item: the chair keeps the list
    ("consult ticks_off", V, OUTSIDE, Seat.HEAD, NO),
    ("consult ruling", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("consult ruling", V, OFFICE, Seat.DEPUTY, YES),
    ("consult ruling", R, OFFICE, Seat.HEAD, YES),
    ("consult ruling", V, OFFICE, Seat.DUTY, NO),
    ("consult ruling", V, LEAD, Seat.HEAD, NO),
    ("interim", V, OFFICE, Seat.DUTY, YES),
    ("interim", R, OFFICE, Seat.EDITOR, YES),
    ("interim", V, OFFICE, Seat.HEAD, NO),
    ("interim", V, LEAD, Seat.HEAD, NO),  # the office speaks, not the unit
    ("confirm interim", V, OFFICE, Seat.DUTY, YES),
    ("confirm interim", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("confirm interim", R, OFFICE, Seat.HEAD, NO),  # the policy lists who confirms it
    ("confirm interim", V, OFFICE, Seat.EDITOR, NO),  # who writes does not vouch
    ("confirm interim", V, LEAD, Seat.HEAD, NO),
    ("confirm lower_level", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("confirm lower_level", V, OFFICE, Seat.DUTY, NO),  # asked for from that seat: the other confirms
    ("confirm lower_level", C, OFFICE, Seat.DEPUTY, NO),
    ("confirm skip_consent", R, OFFICE, Seat.DUTY_LEADER, YES),
    ("confirm skip_consent", R, OFFICE, Seat.DUTY, NO),
    ("confirm skip_consent", R, OFFICE, Seat.HEAD, NO),
    ("confirm skip_consent", R, CO, Seat.HEAD, NO),  # whose consent it is about
    ("confirm finding", V, CO, Seat.DEPUTY, YES),
    ("confirm finding", V, CO, Seat.HEAD, YES),
    ("confirm finding", V, CO, Seat.LIAISON_B, NO),
    ("confirm finding", V, LEAD, Seat.DEPUTY, NO),  # each unit its own
    ("confirm finding", V, OFFICE, Seat.DUTY_LEADER, NO),
    ("pause", V, LEAD, Seat.LIAISON_A, YES),
    ("pause", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("pause", V, OFFICE, Seat.EDITOR, NO),
    ("pause", V, OUTSIDE, Seat.HEAD, NO),
    ("pause", V, CO, Seat.DUTY, NO),
    ("pause", V, OFFERED, Seat.DUTY, NO),
    ("resume", V, CO, Seat.DUTY, NO),
    ("resume", V, LEAD, Seat.DUTY, YES),
    ("resume", T, OFFICE, Seat.DUTY, YES),
    ("resume", V, PARENT, Seat.HEAD, NO),
    ("extend", V, LEAD, Seat.OFFICER, YES),
    ("extend", V, OFFICE, Seat.DUTY, YES),
    ("extend", V, CO, Seat.HEAD, NO),  # each unit for its own
    ("extend", V, OFFICE, Seat.HEAD, NO),
    ("confirm extension", V, LEAD, Seat.DEPUTY, NO),
    ("confirm extension", V, OFFICE, Seat.DEPUTY, YES),
    ("confirm extension", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("confirm extension", V, LEAD, Seat.HEAD, NO),
    ("confirm extension", V, OFFICE, Seat.DUTY, NO),
    ("confirm extension", V, CO, Seat.DEPUTY, NO),
    ("nudge", V, OFFICE, Seat.DUTY, YES),
    ("nudge", C, OFFICE, Seat.DUTY_LEADER, YES),
    ("nudge", V, LEAD, Seat.HEAD, NO),
    ("supervise", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("supervise", V, OFFICE, Seat.EDITOR, NO),
    ("supervise", V, LEAD, Seat.HEAD, NO),
    ("draft", R, OFFICE, Seat.EDITOR, YES),
    ("draft", R, LEAD, Seat.LIAISON_A, YES),
    ("draft", R, OFFICE, Seat.DUTY, NO),
    ("draft", R, OFFICE, Seat.HEAD, NO),
    ("draft", R, CO, Seat.HEAD, NO),
    ("review", R, LEAD, Seat.DEPUTY, YES),
    ("review", R, LEAD, Seat.HEAD, YES),
    ("review", R, LEAD, Seat.LIAISON_A, NO),
    ("review", R, PARENT, Seat.DEPUTY, YES),  # of the competent unit
    ("review", R, PARENT, Seat.DUTY, NO),
    ("review", R, CO, Seat.DEPUTY, NO),
    ("review", R, OFFICE, Seat.DEPUTY, NO),  # signs, and is not competent
    ("consent", R, CO, Seat.DEPUTY, YES),
    ("consent", R, CO, Seat.HEAD, YES),
    ("consent", R, CO, Seat.DUTY, NO),
    ("consent", R, LEAD, Seat.DEPUTY, NO),  # reviews
    ("consent", R, OFFICE, Seat.HEAD, NO),
    ("sign", R, OFFICE, Seat.DUTY_LEADER, YES),  # at red
    ("sign", R, OFFICE, Seat.DEPUTY, YES),
    ("sign", R, OFFICE, Seat.DUTY, NO),
    ("sign", R, OFFICE, Seat.EDITOR, NO),
    ("sign", R, LEAD, Seat.HEAD, NO),
    ("sign", R, CITY, Seat.HEAD, NO),  # the text goes out jointly
    ("override", R, OFFICE, Seat.DUTY, YES),
    ("override", R, OFFICE, Seat.EDITOR, YES),
    ("override", R, OFFICE, Seat.DUTY_LEADER, NO),  # confirms it
    ("override", R, LEAD, Seat.HEAD, NO),
    ("record_publication", V, OFFICE, Seat.EDITOR, YES),
    ("record_publication", R, OFFICE, Seat.DUTY, NO),
    ("record_publication", V, LEAD, Seat.HEAD, NO),  # the office records it, the unit may confirm
    ("escalate", V, OFFICE, Seat.EDITOR, YES),
    ("escalate", V, LEAD, Seat.OFFICER, YES),  # the most urgent clock is the lead's
    ("escalate", V, CO, Seat.OFFICER, NO),
    ("escalate", V, OUTSIDE, Seat.HEAD, NO),
    ("escalate", V, PARENT, Seat.HEAD, NO),
    ("note", V, LEAD, Seat.LIAISON_B, YES),
    ("note", V, OUTSIDE, Seat.DUTY, NO),
    ("resolve_delivery", C, OFFICE, Seat.EDITOR, YES),
    ("resolve_delivery", C, OFFICE, Seat.DUTY, YES),
    ("resolve_delivery", C, OFFICE, Seat.HEAD, NO),
    ("resolve_delivery", C, LEAD, Seat.HEAD, NO),
    ("split", T, OFFICE, Seat.DUTY, YES),
    ("split", V, OFFICE, Seat.EDITOR, YES),
    ("split", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("split", V, OFFICE, Seat.DEPUTY, NO),
    ("split", V, LEAD, Seat.DUTY, NO),
    ("move_reports", T, OFFICE, Seat.DUTY, YES),
    ("move_reports", V, OFFICE, Seat.DUTY_LEADER, YES),
    ("move_reports", T, OFFICE, Seat.EDITOR, NO),
    ("move_reports", V, LEAD, Seat.DUTY, NO),
    ("close", C, OFFICE, Seat.DUTY, YES),
    ("close", C, OFFICE, Seat.EDITOR, YES),
    ("close", C, OFFICE, Seat.DEPUTY, NO),
    ("close", C, LEAD, Seat.HEAD, NO),
]


@pytest.fixture(scope="module")
def situations() -> dict[Stage, Story]:
    return {stage: situation(stage) for stage in STAGES}


@pytest.fixture(scope="module")
def verifying() -> Story:
    return Story().triaged(LEAD, CO)


@pytest.mark.parametrize(("what", "stage", "unit", "seat", "allowed"), CELLS)
def test_the_table_by_hand(situations, what, stage, unit, seat, allowed):
    story = situations[stage]
    said = bodies(story)[what]
    actor = of(unit, seat)

    assert may(actor, said.kind, story.case, said) is allowed
    if not allowed:
        assert story.refused(actor, said, NotPermitted).code == "not_permitted"


def test_every_kind_has_cells_by_hand_that_allow_and_that_refuse():
    kinds = {(what.split()[0], allowed) for what, *_, allowed in CELLS}

    assert kinds == {
        (kind, allowed) for kind in TABLE if kind not in ("acknowledge", "phone_log") for allowed in (YES, NO)
    }


ACTORS = [
    CONSOLE,
    *(of(unit, seat) for unit in (OFFICE, LEAD, CO, OFFERED, PARENT, OUTSIDE, CITY) for seat in Seat),
    *(of(unit) for unit in (OFFICE, LEAD, OUTSIDE)),
    of("skx", Seat.DUTY),
]


@pytest.mark.parametrize("stage", STAGES)
def test_a_decision_is_refused_for_the_person_exactly_when_the_table_says_so(situations, stage):
    story = situations[stage]
    allowed, barred = set(), set()
    for what, said in bodies(story).items():
        for actor in ACTORS:
            refusal = _refusal(story, actor, said)
            if stage not in RULES[said.kind].stages:
                assert isinstance(refusal, WrongStage), (what, actor)
                continue
            no = isinstance(refusal, NotPermitted)
            of_old = was_asked(actor, story.case, said)  # the rule answers what has become of it
            assert no is not (of_old or may(actor, said.kind, story.case, said)), (what, actor, refusal)
            assert not no or refusal.code == "not_permitted", (what, actor)
            (barred if no else allowed).add(what)
    assert allowed == {what for what, said in bodies(story).items() if stage in RULES[said.kind].stages}
    assert barred == allowed, "of every body somebody is barred"


def _refusal(story: Story, actor: Actor, said) -> Refused | None:
    try:
        check(story.case, said.kind, said, story.proven(actor, said), "u", story.now)
    except Refused as refusal:
        return refusal
    return None


UNFIT = {
    T: {  # the lead has bounced
        "transfer": {"no_request", "request_state", "transfer_pending"},
        "transfer of another": {"request_state"},
        "consult call": {"session_open"},
        "extend": {"no_such_clock"},
    },
    V: {
        "consult call": {"session_open"},
        "interim": {"interim_pending"},
        "relevel": {"proposed_already"},
        "extend": {"proposed_already"},
    },
    R: {
        "consult call": {"session_open"},
        "interim": {"interim_pending"},
        "relevel": {"proposed_already"},
        "override": {"proposed_already"},
        "sign": {"sign_last"},
        "extend": {"no_such_clock"},
        "acknowledge a unit's": {"no_such_clock"},
        "phone_log a unit's": {"no_such_clock"},
    },
    C: {
        "close": {"findings_outstanding"},  # it needs a reason: not every unit has answered
        "consult call": {"wrong_stage"},
        "acknowledge": {"no_such_clock"},
        "phone_log": {"no_such_clock"},
        "acknowledge a unit's": {"no_such_clock"},
        "phone_log a unit's": {"no_such_clock"},
    },
}
"""What nobody can do just then, and why; the sweep of the table would mean little if its bodies did not fit."""


@pytest.mark.parametrize("stage", STAGES)
def test_what_the_sweep_says_fits_but_for_what_is_named(situations, stage):
    story, unfit = situations[stage], {}
    for what, said in bodies(story).items():
        if stage in RULES[said.kind].stages:
            refusals = {_refusal(story, actor, said) for actor in ACTORS}
            if None not in refusals:
                unfit[what] = {refusal.code for refusal in refusals} - {"not_permitted"}

    resumes = {} if stage is C else {"resume": {"not_paused"}}
    nothing = {"confirm nothing": {"no_proposal"}, "resolve_delivery": {"no_refused_page"}}
    nothing |= {"move_reports": {"no_basket"}}
    assert unfit == UNFIT[stage] | nothing | resumes


@pytest.mark.parametrize("kind", list(TABLE))
def test_an_unsealed_escalation_in_a_history_of_before_and_nothing_else_is_replayed(verifying, kind):
    assert may(CONSOLE, kind, verifying.case) is (kind == "escalate")


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


def test_a_unit_whose_request_expired_may_still_answer():
    story = Story().triaged(LEAD, CO)
    story.wait("18h")

    assert may(liaison(CO), "finding", story.case)
    assert may(liaison(LEAD), "note", story.case)


@pytest.mark.parametrize(
    ("kind", "confirms"),
    [
        (ProposalKind.INTERIM, of(OFFICE, Seat.DUTY_LEADER)),
        (ProposalKind.LOWER_LEVEL, of(OFFICE, Seat.DUTY_LEADER)),
        (ProposalKind.SKIP_CONSENT, of(OFFICE, Seat.DUTY_LEADER)),
        (ProposalKind.FINDING, deputy(CO)),
    ],
)
def test_what_waits_is_offered_to_those_who_may_confirm_it(situations, kind, confirms):
    case = situations[R].case
    [waiting] = [one for one in case.proposals if one.kind is kind]

    assert may(confirms, "confirm", case, confirming(waiting))
    assert may(confirms, "confirm", case), "somebody who may confirm one of those that wait is shown the kind"
    assert not may(liaison(LEAD), "confirm", case, confirming(waiting))


def test_nobody_is_offered_to_confirm_where_nothing_waits(verifying):
    assert not any(may(actor, "confirm", verifying.case) for actor in ACTORS)
    assert may(of(OUTSIDE, Seat.DUTY), "confirm", verifying.case, Confirm(ref=99, outcome=Vote.APPROVE))


@pytest.mark.parametrize("said", [Acknowledge, PhoneLog])
def test_a_call_is_answered_for_by_who_was_called_or_owes_the_clock(said):
    story = Story(Level.RED).triaged(LEAD, CO, level=Level.RED)
    story.say(liaison(LEAD), EXAMPLES["accept"][1])
    more = {"outcome": "reached"} if said is PhoneLog else {}
    about = said(clock=ClockName.ANSWER, unit=LEAD, **more)
    kind = about.kind

    assert may(of(LEAD, Seat.DUTY), kind, story.case, about)
    assert may(of(LEAD, Seat.OFFICER), kind, story.case, about)
    assert may(of(OFFICE, Seat.DUTY), kind, story.case, about) is (said is PhoneLog)  # only informed at the start
    assert not may(of(OFFICE, Seat.HEAD), kind, story.case, about)
    assert not may(of(CO, Seat.DUTY), kind, story.case, about)

    story.wait("166m")  # the ladder has reached the head of the office
    assert may(of(OFFICE, Seat.HEAD), kind, story.case, about)
    assert not may(of(CO, Seat.DUTY), kind, story.case, about)


def test_a_person_without_any_seat_of_the_unit_takes_no_part_in_its_decisions(situations):
    nobody = Actor(person="p0", unit=LEAD, short="市疾控中心", seats=())

    assert not any(may(nobody, kind, situations[V].case) for kind in ("accept", "decline", "finding"))
    assert not any(may(nobody, kind, situations[R].case) for kind in ("review", "consent", "sign"))


def test_the_table_can_be_read_by_itself():
    read = "import domain.access.permissions; print(len(domain.access.permissions.TABLE))"

    done = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, str(len(TABLE))), done.stderr
