"""What effects bring back enters the case by one door each, and never fails."""

from datetime import timedelta

import pytest

from domain.case.case import KEPT, Case
from domain.case.obligations import Backlog, Notice
from domain.case.payloads import Issue, Issued, Wave, WaveSent
from domain.case.summarise import summarise
from domain.decider import results as facts
from domain.decider.decide import decide
from domain.decisions import Note, Proven
from domain.terms import Addressee, Gap, Refusal
from domain.vocabulary import Level, Mode, Seat, Stage
from tests.domain.factories import DUTY, Story


def wave_of(story: Story, number: int) -> Wave:
    return Wave(
        case_id=story.case.opening.case_id,
        at=story.now,
        claim=story.case.opening.claim,
        mode=Mode.DEMO,
        notices=tuple(d for d in story.case.pending_effects if isinstance(d, Notice) and d.wave == number),
        view=summarise(story.case),
    )


def waves(story: Story) -> list[int]:
    return [debt.wave for debt in story.case.pending_effects if isinstance(debt, Notice)]


def test_notices_owed_at_one_moment_are_one_wave_and_keep_their_number():
    story = Story(Level.RED)
    facts.gather_wave(story.case, story.now)
    assert waves(story) == [1, 1]

    story.case = type(story.case).model_validate_json(story.case.model_dump_json())
    story.triaged("jkj", level=Level.RED)
    owed = len(waves(story))
    facts.gather_wave(story.case, story.now)

    assert owed > 3
    assert waves(story) == [1, 1] + [2] * (owed - 2)
    before = story.case.model_dump()
    facts.gather_wave(story.case, story.now)
    assert story.case.model_dump() == before


def test_a_sent_wave_settles_its_notices_and_what_it_recorded_and_nothing_else():
    story = Story(Level.RED)
    facts.gather_wave(story.case, story.now)
    wave, recorded = wave_of(story, 1), story.case.record(summarise(story.case)).position
    story.say(DUTY, Note(text="发送期间的备注"))

    facts.wave_sent(story.case, wave, WaveSent(to=(), by=("sms",), recorded=recorded), story.now)

    assert story.case.pending_effects == []
    assert [entry.event.kind for entry in story.case.unrecorded] == ["noted", "notified"]


def test_a_gap_in_the_roster_is_written_down():
    story = Story()
    facts.gather_wave(story.case, story.now)
    wanted, reached = Addressee(unit="jkj", seat=Seat.LIAISON_A), Addressee(unit="wjw", seat=Seat.DUTY)

    sent = WaveSent(to=(reached,), by=("mail",), gaps=(Gap(wanted=wanted, reached=reached),))
    facts.wave_sent(story.case, wave_of(story, 1), sent, story.now)

    [gap] = [e.event for e in story.case.unrecorded if e.event.kind == "roster_gap"]
    assert (gap.wanted, gap.reached) == (wanted, reached)


def test_a_wave_that_was_given_up_is_written_down_and_no_longer_owed():
    story = Story()
    facts.gather_wave(story.case, story.now)
    untold = list(story.case.unrecorded)

    facts.wave_failed(story.case, wave_of(story, 1), "无可用通道" * 100, story.now)

    assert story.case.pending_effects == []
    assert story.case.unrecorded[:-1] == untold, "the register may have been what was away"
    assert len(story.case.unrecorded[-1].event.reason) == 200


def test_every_result_counts_as_one_for_the_operators_page():
    story = Story(Level.RED)
    facts.gather_wave(story.case, story.now)
    results, turn = story.case.results_taken, story.case.change_count

    facts.wave_sent(story.case, wave_of(story, 1), WaveSent(to=(), by=()), story.now)

    assert story.case.results_taken > results
    assert story.case.change_count > turn


def test_a_receipt_takes_the_page_off_the_list_before_it_counts_what_is_left():
    story = Story().triaged().verified().drafted().approved()
    first = story.publications()[0]
    issue = Issue(case_id="k7m2p9x4qa", at=story.now, mode=Mode.DEMO, publication=first)

    facts.issued(story.case, issue, Issued(where="/bulletin/1"), story.now)

    assert first not in story.case.pending_effects
    assert story.case.stage is Stage.CLOSURE


def test_a_case_that_is_over_owes_no_effect_for_its_last_entries():
    story = Story().triaged().verified().drafted().approved()
    story.comes_back("bulletin")
    story.settle()
    story.closed()
    assert [d.kind for d in story.case.pending_effects] == ["publication"]

    story.comes_back("labels")

    assert story.case.at_rest
    told = story.case.record(summarise(story.case), story.recorded)
    assert [entry.event.kind for entry in told.entries] == ["delivered"], "whoever asks gets what is missing"


def test_entries_nobody_asks_for_are_stored_by_an_effect_before_they_are_too_many():
    story = Story()
    story.settle()
    long = Note(text="长" * 200)
    while not any(isinstance(one, Backlog) for one in story.case.pending_effects):
        decide(story.case, "note", long, Proven(actor=DUTY), f"silent-{story.case.seq}", story.now)
        story.case.owe_backlog()
    [backlog] = story.case.pending_effects
    assert KEPT < len(story.case.record(summarise(story.case)).model_dump_json().encode()) < 2 * KEPT

    facts.backlog_stored(story.case, backlog, story.case.record(summarise(story.case)).position)

    assert (story.case.unrecorded, story.case.unrecorded_size, story.case.pending_effects) == ([], 0, [])


@pytest.mark.parametrize("change", [{"epoch": 2}, {"head": "0" * 64}, {"seq": 0}])
def test_a_position_of_another_timeline_makes_a_case_forget_nothing(change: dict):
    story = Story().triaged()
    kept = list(story.case.unrecorded)

    story.case.recorded(story.case.record(summarise(story.case)).position.model_copy(update=change))

    assert story.case.unrecorded == kept


def test_a_wave_keeps_the_moment_it_was_gathered_in_whatever_run_sends_it():
    story = Story().triaged("jkj")
    facts.gather_wave(story.case, story.now)
    carried = Case.model_validate_json(story.case.model_dump_json())

    facts.gather_wave(carried, story.now + timedelta(hours=3))

    assert carried.gathered == {carried.waves: story.now}


def test_what_is_left_of_a_wave_stays_owed_and_the_refusals_stand_in_the_timeline_once():
    story = Story(Level.RED)
    facts.gather_wave(story.case, story.now)
    wave = wave_of(story, 1)
    left = wave.keys[0]
    refusal = Refusal(to=wave.notices[0].to[0], by="sms", instead=("mail",))
    changes = story.case.change_count

    facts.wave_sent(story.case, wave, WaveSent(to=(), by=(), refused=(refusal,), left=(left,)), story.now)

    assert [one.key for one in story.case.pending_effects] == [left]
    again = wave_of(story, 1)
    assert again.notices[0].heard == (refusal.key,)
    assert story.case.change_count > changes
    assert 1 in story.case.views, "what is left is sent with the texts it had"
    assert [entry.event.kind for entry in story.case.unrecorded][-1] == "letter_refused"

    facts.wave_sent(story.case, again, WaveSent(to=wave.notices[0].to, by=("mail",)), story.now)

    assert story.case.pending_effects == []
    assert story.case.views == {}
    kinds = [entry.event.kind for entry in story.case.unrecorded]
    assert kinds.count("letter_refused") == 1
    assert kinds[-1] == "notified"
