"""Every kind of decision at every stage: it belongs there, or it is refused with the stage the case stands in."""

from datetime import timedelta
from typing import get_args

import pytest
from pydantic import TypeAdapter

from domain.access.permissions import TABLE
from domain.decider.decide import RULES, check
from domain.decisions import (
    NOT_OFFERED_YET,
    Accept,
    Acknowledge,
    AddUnit,
    AnyDecision,
    Assign,
    Close,
    Confirm,
    Consent,
    Consult,
    Decline,
    Escalate,
    Extend,
    Interim,
    MoveReports,
    Note,
    Nudge,
    Override,
    Pause,
    PhoneLog,
    RecordPublication,
    Release,
    Relevel,
    ResolveDelivery,
    Resume,
    ReturnFinding,
    Review,
    Sign,
    SplitDecision,
    Supervise,
    Transfer,
)
from domain.errors import Refused, WrongStage
from domain.vocabulary import MOVES, ClockName, ConsultAct, PhoneOutcome, PublicationKind, Stage, Vote
from tests.domain.factories import (
    DUTY,
    EDITOR,
    EVIDENCE,
    LEADER,
    OFFICE_DEPUTY,
    START,
    Story,
    deputy,
    draft,
    finding,
    liaison,
    triage,
)

pytestmark = pytest.mark.people

T, V, R, C = Stage.TRIAGE, Stage.VERIFICATION, Stage.REBUTTAL, Stage.CLOSURE

BELONGS: dict[str, tuple[Stage, ...]] = {
    "triage": (T,),
    "assign": (T,),
    "add_unit": (V,),
    "release": (V,),
    "relevel": (V, R),
    "accept": (T, V),
    "decline": (T, V),
    "transfer": (T, V),
    "return_finding": (V,),
    "finding": (T, V, R, C),
    "consult": (T, V, R, C),  # in closure only what is left of a session: minutes, positions, things to tick off
    "interim": (T, V, R),
    "draft": (R,),
    "review": (R,),
    "consent": (R,),
    "sign": (R,),
    "record_publication": (T, V, R),
    "resolve_delivery": (T, V, R, C),
    "override": (R,),
    "confirm": (T, V, R, C),
    "pause": (V,),
    "resume": (T, V, R),
    "extend": (T, V, R),
    "nudge": (T, V, R, C),
    "supervise": (T, V, R, C),
    "split": (T, V, R, C),
    "move_reports": (T, V, R, C),
    "close": (C,),
    "acknowledge": (T, V, R, C),
    "escalate": (T, V, R, C),
    "phone_log": (T, V, R, C),
    "note": (T, V, R, C),
}

EXAMPLES = {
    "pause": (DUTY, Pause(reason="test_result", until=START + timedelta(hours=5), evidence=EVIDENCE)),
    "resume": (DUTY, Resume(reason="结果已出")),
    "extend": (DUTY, Extend(clock="answer", unit="jkj", longer="2h", reason="检测要两天")),
    "nudge": (DUTY, Nudge(clock="case", unit="wxb", text="请抓紧")),
    "supervise": (LEADER, Supervise(clock="case", unit="wxb", reason="领导关注")),
    "triage": (DUTY, triage("sjw")),
    "assign": (DUTY, Assign(lead="sjw", reason="两次退回")),
    "add_unit": (DUTY, AddUnit(unit="skx")),
    "release": (DUTY, Release(unit="sjw", reason="不再需要")),
    "relevel": (DUTY, Relevel(level="red", reason="扩散")),
    "accept": (liaison("jkj"), Accept()),
    "decline": (liaison("jkj"), Decline(reason="不属本单位职责")),
    "transfer": (liaison("jkj"), Transfer(to="wjw", reason="属卫生健康部门职责")),
    "return_finding": (DUTY, ReturnFinding(unit="jkj", missing="证据")),
    "finding": (liaison("jkj"), finding()),
    "draft": (EDITOR, draft()),
    "review": (OFFICE_DEPUTY, Review(digest="0" * 64, outcome=Vote.APPROVE)),
    "consult": (LEADER, Consult(act=ConsultAct.RULING, text="以实验室记录为准。")),
    "interim": (DUTY, Interim()),
    "consent": (deputy("sjw"), Consent(digest="0" * 64, outcome=Vote.APPROVE)),
    "sign": (OFFICE_DEPUTY, Sign(digest="0" * 64, outcome=Vote.APPROVE)),
    "record_publication": (
        EDITOR,
        RecordPublication(
            unit="jkj",
            publication=PublicationKind.EXPLAINER,
            reason="照录原文",
            title="通风不传播流感",
            text="通风是预防流感的有效办法。",
            url="https://jkj.mc.example/1",
            captured_at=START,
        ),
    ),
    "resolve_delivery": (EDITOR, ResolveDelivery(ref=999, act="again", reason="地址已更正")),
    "override": (DUTY, Override(unit="sjw", reason="联系不上")),
    "confirm": (LEADER, Confirm(ref=1, outcome=Vote.APPROVE)),
    "close": (DUTY, Close()),
    "acknowledge": (DUTY, Acknowledge(clock=ClockName.RESPONSE, unit="wxb")),
    "escalate": (DUTY, Escalate(expected_level=0, reason="催办")),
    "phone_log": (DUTY, PhoneLog(clock=ClockName.RESPONSE, unit="wxb", outcome=PhoneOutcome.REACHED)),
    "note": (DUTY, Note(text="备注")),
    "split": (DUTY, SplitDecision(report_id="r2", reason="不是一回事")),
    "move_reports": (DUTY, MoveReports(reports=("r2",), into="辟〔2026〕0003")),
}


def at(stage: Stage) -> Story:
    """Return a case that stands in `stage`."""
    story = Story()
    if stage is not T:
        story.triaged("jkj")
    if stage in (R, C):
        story.verified()
    if stage is C:
        story.drafted().approved().published()
    assert story.case.stage is stage
    return story


@pytest.mark.parametrize("stage", [T, V, R, C])
@pytest.mark.parametrize("kind", list(BELONGS))
def test_a_decision_outside_its_stage_is_refused_with_the_stage_the_case_stands_in(kind, stage):
    story, (actor, said) = at(stage), EXAMPLES[kind]
    before = story.case.model_dump()

    try:
        check(story.case, kind, said, story.proven(actor, said), "u", story.now)
        refusal = None
    except Refused as error:
        refusal = error

    assert story.case.model_dump() == before
    assert isinstance(refusal, WrongStage) is (stage not in BELONGS[kind])
    if isinstance(refusal, WrongStage):
        assert refusal.values["stage"] == stage
        assert refusal.values["allowed"] == ",".join(s for s in (T, V, R, C) if s in BELONGS[kind])


def test_every_offered_kind_has_a_rule_a_permission_and_an_example():
    offered = {kind.model_fields["kind"].default for kind in get_args(get_args(AnyDecision)[0])}

    assert offered == set(RULES) == set(TABLE) == set(BELONGS) == set(EXAMPLES)
    assert not offered & set(NOT_OFFERED_YET)
    assert {kind: rule.stages for kind, rule in RULES.items()} == {k: tuple(BELONGS[k]) for k in RULES}


@pytest.mark.parametrize("kind", list(EXAMPLES))
def test_every_decision_survives_its_journey(kind):
    said, reader = EXAMPLES[kind][1], TypeAdapter(AnyDecision)

    assert reader.validate_json(said.model_dump_json()) == said


def test_the_five_stages_follow_each_other_and_only_a_bounce_or_a_contradiction_goes_back():
    forward = {(T, V), (V, R), (R, C), (Stage.REPORT, T), (T, C)}

    assert {(start, end) for start, ends in MOVES.items() for end in ends} == forward | {(V, T), (R, V)}


@pytest.mark.parametrize("start", list(Stage))
@pytest.mark.parametrize("end", list(Stage))
def test_a_move_the_table_does_not_list_is_refused(start, end):
    story = Story()
    story.case.stage = start
    before = story.case.model_dump()

    if end in MOVES[start]:
        story.case.enter(end, story.now)
        assert story.case.stage is end
    else:
        with pytest.raises(WrongStage) as caught:
            story.case.enter(end, story.now)
        assert caught.value.values == {"stage": start, "to": end}
        assert story.case.model_dump() == before
