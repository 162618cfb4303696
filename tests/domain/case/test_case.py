"""What holds for a case as a whole: keys, repeated decisions, the answer, rest, the size it travels with."""

from collections import Counter
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from domain.case.case import Case
from domain.case.payloads import NotIssued
from domain.case.summarise import summarise
from domain.decider.decide import check, decide
from domain.decisions import CONSOLE, Accept, Decline, Escalate, Note, Proven
from domain.events.latest import SHOWN
from domain.values import Frozen
from domain.vocabulary import ClockName, Level, Stage, Vote
from tests.domain.factories import DUTY, EDITOR, LEADER, TERMS, Story, deputy, draft, finding, liaison, triage


class Travelling(Story):
    """A story whose case is written out and read back after every step."""

    travels = True


def eventful() -> Story:
    """Return a long life: a bounce, late units, a returned text, a refusing channel, and the end."""
    story = Travelling(Level.ORANGE)
    story.wait("20m")
    story.triaged("sjw", "wjw", level=Level.ORANGE)
    story.wait("40m")
    story.say(liaison("sjw"), Decline(reason="不属本单位职责", suggested="jkj"))
    story.settle()
    story.wait("10m")
    story.triaged("jkj", "skx", level=Level.ORANGE)
    story.say(liaison("jkj"), Accept())
    story.wait("3h")
    story.say(liaison("jkj"), finding())
    story.drafted()
    story.wait("20m")
    story.vote(deputy("jkj"), Vote.RETURN, "第二段缺依据")
    story.settle()
    story.drafted(text="改写后的文字。")
    story.approved()
    story.comes_back("media", NotIssued(reason="频道停用"))
    story.wait("20m")
    story.published().closed().settle()
    return story


# --- copies ----------------------------------------------------------------------------------------------------------


def changing(value: object) -> Iterator[object]:
    """Everything inside a value that somebody could change in place."""
    if isinstance(value, Frozen):
        return
    if isinstance(value, (BaseModel, list, dict)):
        yield value
    if isinstance(value, BaseModel):
        value = value.__dict__
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for inner in value:
            yield from changing(inner)


def test_a_copy_of_a_case_shares_nothing_that_can_change():
    story = Story(Level.RED)
    story.triaged("jkj", "skx", level=Level.RED)
    for unit in ("jkj", "skx"):
        story.say(liaison(unit), finding())
    story.drafted()
    story.vote(deputy("jkj"))
    case = story.case

    twin = case.fork()

    assert twin == case
    assert all([case.requests, case.clocks, case.timeline, case.applied_updates, case.names, case.draft])
    assert not {id(one) for one in changing(twin)} & {id(one) for one in changing(case)}


# --- keys ------------------------------------------------------------------------------------------------------------


def test_no_two_debts_of_a_life_share_a_key():
    story = eventful()

    assert [key for key, n in Counter(debt.key for debt in story.planned).items() if n > 1] == []


def test_keys_are_made_of_the_case_and_its_counts_never_of_a_run():
    one, twin = eventful(), eventful()

    assert [debt.key for debt in one.planned] == [debt.key for debt in twin.planned]
    assert {debt.key.split("/")[0] for debt in one.planned} == {"k7m2p9x4qa"}


def test_a_notice_of_a_rung_names_visit_clock_generation_and_rung():
    story = Story(Level.RED)
    story.wait("8m")

    assert story.notices()[-1].key == "k7m2p9x4qa/v1/triage:wxb/g1/r1"


def test_a_clock_armed_anew_in_the_same_visit_is_the_next_generation():
    story = Story().triaged().verified().drafted()
    story.vote(deputy("jkj"), Vote.RETURN, "缺依据")

    keys = [notice.key for notice in story.notices() if "draft:" in notice.key]

    assert keys == ["k7m2p9x4qa/v1/draft:wxb/g1/start", "k7m2p9x4qa/v1/draft:wxb/g2/start"]


# --- the same decision twice -----------------------------------------------------------------------------------------


def test_the_same_update_again_changes_nothing_and_answers_the_same_number():
    story = Story()
    first = story.say(DUTY, triage("jkj"), update_id="u1")
    before = story.case.model_dump()

    again = story.say(DUTY, triage("jkj"), update_id="u1")

    assert story.case.model_dump() == before
    assert again.seq == first.seq
    assert again.entries == ()


def test_a_repeated_decision_answers_with_the_state_of_now():
    story = Story()
    story.say(DUTY, triage("jkj"), update_id="u1")
    story.verified()

    again = story.say(DUTY, triage("jkj"), update_id="u1")

    assert again.summary.stage is Stage.REBUTTAL


def test_a_repeated_decision_is_answered_even_after_the_end():
    story = Story().triaged().verified().drafted().approved().published()
    said = Note(text="备注")
    first = story.say(DUTY, said, update_id="u1")
    story.closed()

    assert story.say(DUTY, said, update_id="u1").seq == first.seq


def test_a_refused_decision_may_come_again_under_its_id():
    story = Story()
    story.refused(EDITOR, draft())
    assert story.case.applied_updates == {}

    story.triaged().verified()
    story.say(EDITOR, draft(), update_id="u1")


def test_what_was_heard_travels_with_the_case():
    story = Story()
    story.say(DUTY, triage("jkj"), update_id="u1")

    carried = Case.model_validate_json(story.case.model_dump_json())
    before = carried.model_dump()
    said = triage("jkj")
    answer = decide(carried, "triage", said, story.proven(DUTY, said), "u1", story.now)

    assert carried.model_dump() == before
    assert answer.seq == story.case.applied_updates["u1"]


# --- the answer ------------------------------------------------------------------------------------------------------


def test_an_answer_carries_exactly_the_entries_of_its_decision():
    story = Story()
    seen = story.case.seq

    answer = story.say(DUTY, triage("jkj", "wjw"))

    assert [entry.seq for entry in answer.entries] == list(range(seen + 1, answer.seq + 1))
    assert answer.entries[0].by == DUTY
    assert answer.summary.seq == answer.seq == story.case.seq
    assert answer.pending_effects == tuple(debt.key for debt in story.case.pending_effects)


def test_entries_say_who_spoke_and_leave_the_rest_to_nobody():
    story = eventful()

    for entry in story.entries:
        spoken = entry.event.kind in {
            "triaged",
            "request_accepted",
            "request_declined",
            "finding_received",
            "drafted",
            "reviewed",
        }
        assert (entry.by is not None) >= spoken
        if entry.event.kind in {"stage_entered", "clock_breached", "verdict_reached", "delivered"}:
            assert entry.by is None


# --- rest, size, journey ---------------------------------------------------------------------------------------------


def test_a_case_rests_when_it_is_over_and_nothing_is_owed():
    story = Story().triaged().verified().drafted().approved()
    assert not story.case.at_rest
    story.published().closed()
    assert not story.case.at_rest

    story.settle()

    assert story.case.at_rest
    assert story.case.pending_effects == []
    assert story.case.outcome(summarise(story.case)).entries == story.case.seq


def test_unrecorded_entries_and_recorded_ones_are_all_entries():
    story = Story().triaged()
    told = story.case.seq
    story.case.recorded(story.case.record(summarise(story.case)).position)
    decide(story.case, "note", Note(text="无人取走"), Proven(actor=DUTY), "unseen", story.now)

    assert [entry.seq for entry in story.case.unrecorded] == list(range(told + 1, story.case.seq + 1))


def test_the_case_keeps_the_latest_lines_and_no_more():
    story = Story()
    for n in range(40):
        story.say(DUTY, Note(text=f"第 {n} 条"))

    assert len(story.case.timeline) == SHOWN
    assert [entry.seq for entry in story.case.timeline] == list(range(story.case.seq - SHOWN + 1, story.case.seq + 1))


def test_the_terms_a_case_carries_are_at_most_six_kilobytes():
    assert len(TERMS.model_dump_json().encode()) <= 6 * 1024


@pytest.mark.parametrize("stage", ["triage", "verification", "rebuttal", "closure"])
def test_a_carried_case_goes_on_like_one_that_was_not(stage):
    def life(*, carried: bool) -> list:
        story = Story(Level.RED)

        def roll(at: str) -> None:
            if carried and at == stage:
                story.case = Case.model_validate_json(story.case.model_dump_json())

        story.wait("8m")
        roll("triage")
        story.triaged("jkj", "sjw", level=Level.RED)
        story.say(liaison("jkj"), Accept())
        story.wait("80m")
        roll("verification")
        story.wait("30m")
        story.verified(story_verdict, "jkj").drafted()
        roll("rebuttal")
        story.wait("40m")
        story.approved().comes_back("media")
        roll("closure")
        story.published().closed().settle()
        return story.entries

    story_verdict = finding().verdict
    assert life(carried=True) == life(carried=False)


def test_a_case_is_the_same_after_its_journey_at_every_step_of_a_life():
    story = eventful()

    assert story.case.at_rest
    assert {"rung_rang", "clock_breached", "request_declined", "delivery_refused", "case_closed"} <= {
        entry.event.kind for entry in story.entries
    }


def test_check_changes_nothing_even_when_the_decision_would_change_much():
    story = Story()
    before, said = story.case.model_dump(), triage("jkj", "wjw", "skx")

    check(story.case, "triage", said, story.proven(LEADER, said), "u", story.now)

    assert story.case.model_dump() == before


def test_an_answer_tells_what_the_register_may_lack_and_the_next_one_does_not_repeat_it():
    story = Story()
    story.settle()  # what came of the letter is told by nobody

    first = story.say(DUTY, Note(text="已电话联系"), "first")
    story.say(CONSOLE, Escalate(expected_level=0, reason="无人处理", clock=ClockName.TRIAGE, unit="wxb"))
    story.settle()
    second = story.say(DUTY, Note(text="再次联系"))
    third = story.say(DUTY, Note(text="又一次"))
    again = story.say(DUTY, Note(text="已电话联系"), "first")

    assert [entry.seq for entry in first.record.entries] == [1, 2, 3, 4]
    assert [entry.event.kind for entry in second.record.entries][-2:] == ["notified", "noted"]
    assert [entry.event.kind for entry in third.record.entries] == ["noted"]
    assert (again.seq, again.entries, again.record.entries) == (first.seq, (), ())
