"""The largest case people can make: whatever goes to Temporal stays well under the 2 MiB one payload may have."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from domain.case.case import KEPT
from domain.case.obligations import Backlog, Notice
from domain.case.payloads import Wave
from domain.case.summarise import summarise
from domain.decider.decide import FULL, check, decide
from domain.decisions import Action, Actor, AddUnit, Consult, Evidence, Finding, Note, Proven
from domain.errors import Unfit
from domain.events.latest import SHOWN_BYTES
from domain.terms import UnitRef
from domain.vocabulary import ActionKind, ConsultAct, Verdict
from tests.domain import factories
from tests.domain.factories import DUTY, LEADER, START, Story, liaison
from tests.domain.factories import UNITS as SAMPLE
from workflows.rumor_case import Start

LIMIT = 2 * 1024 * 1024
WELL_UNDER = LIMIT * 4 // 5
UNITS = [f"unit{n:02}" for n in range(40)]
LINE, TEXT = "字" * 200, "字" * 4000
LARGEST = tuple(
    Evidence(kind=LINE, source=LINE, url=f"https://x.example/{n:02}{'a' * 1900}", digest="0" * 64, captured_at=START)
    for n in range(12)
)
"""As much evidence as fits into a body of 64 KiB beside two texts of the longest length."""
FINDING = Finding(verdict=Verdict.FALSE, explanation=TEXT, party_statement=TEXT, evidence=LARGEST)


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Story:
    """A case of 40 units, each of which was asked."""
    refs = {code: UnitRef(code=code, short="单位" * 10, can_lead=True) for code in UNITS}
    monkeypatch.setattr(factories, "UNITS", {**SAMPLE, **refs})
    story = Story().triaged(UNITS[0], *UNITS[1:13], ask=LINE)
    for unit in UNITS[13:]:
        story.say(DUTY, AddUnit(unit=unit, ask=LINE))
    return story


def filled(story: Story) -> list[tuple[str, str, str | int]]:
    """Let everybody say as much as the case takes; return who was refused."""
    refused: list[tuple[str, str, str | int]] = []
    ids = (f"filling-{n}" for n in count())

    def say(actor: Actor, said: Any) -> None:
        proven, key = story.proven(actor, said), next(ids)
        try:
            check(story.case, said.kind, said, proven, key, story.now)
        except Unfit as full:
            refused.append((said.kind, full.code, full.values["limit"]))
        else:
            decide(story.case, said.kind, said, proven, key, story.now)

    say(DUTY, Consult(act=ConsultAct.CALL, text=TEXT, units=tuple(UNITS[:12])))
    for unit in UNITS:
        say(liaison(unit), FINDING if unit != UNITS[0] else FINDING.model_copy(update={"verdict": Verdict.TRUE}))
    items = tuple(
        Action(do=ActionKind.VERIFY, unit=unit, end=START + timedelta(days=9), what=LINE) for unit in UNITS[:20]
    )
    for unit in UNITS[:12]:
        say(liaison(unit), Consult(act=ConsultAct.POSITION, text=TEXT, verdict=Verdict.FALSE))
    for _ in range(25):
        say(LEADER, Consult(act=ConsultAct.ACTIONS, text=TEXT, actions=items))
    return refused


def test_no_payload_of_the_largest_case_comes_near_what_temporal_takes(story: Story) -> None:
    refused = filled(story)
    case = story.case
    assert set(refused) == {(kind, "case_full", FULL // 1024) for kind in ("finding", "consult")}
    assert case.size() <= FULL

    story.down("36h")  # nobody can be reached: waves stay in flight
    before = case.size()
    story.say(DUTY, Note(text=LINE))
    state = case.model_dump_json()
    record = case.record(summarise(case)).model_copy(update={"state": state})
    sizes = {
        "start": len(Start(carried=case).model_dump_json().encode()),
        "record": len(record.model_dump_json().encode()),
        "answer": len(case.answer(summarise(case), 0, 1, story.recorded).model_dump_json().encode()),
        "wave": max(len(wave.model_dump_json().encode()) for wave in waves(story)),
        "update": len(FINDING.model_dump_json().encode()),
    }

    assert before > FULL / 2
    assert {name: size for name, size in sizes.items() if size > WELL_UNDER} == {}
    assert sum(len(one.model_dump_json()) for one in case.timeline) < SHOWN_BYTES + 64 * 1024


def test_a_full_case_can_still_be_led_on(story: Story) -> None:
    filled(story)

    for _ in range(20):
        story.say(DUTY, Note(text=LINE))


def test_entries_nobody_asks_for_are_stored_before_they_are_too_many(story: Story) -> None:
    case, ids = story.case, (f"unasked-{n}" for n in count())
    while case.unrecorded_size <= KEPT:
        decide(case, "note", Note(text=LINE), Proven(actor=DUTY), next(ids), story.now)

    case.owe_backlog()
    case.owe_backlog()

    assert [type(one) for one in case.pending_effects if isinstance(one, Backlog)] == [Backlog]
    assert len(case.record(summarise(case)).model_dump_json().encode()) < KEPT + 128 * 1024


def waves(story: Story) -> list[Wave]:
    """All notices the case has still to send, as waves."""
    case = story.case
    by_wave: dict[int, list[Notice]] = {}
    for one in case.pending_effects:
        if isinstance(one, Notice):
            by_wave.setdefault(one.wave, []).append(one)
    return [
        Wave(
            case_id=case.opening.case_id,
            at=story.now,
            claim=LINE,
            mode=case.terms.mode,
            notices=tuple(notices),
            view=case.views.get(number) or summarise(case),
        )
        for number, notices in by_wave.items()
    ]
