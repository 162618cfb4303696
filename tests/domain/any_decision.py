"""What somebody could plausibly say to a case just then, picked by numbers: mostly fitting, now and then not."""

from __future__ import annotations

from datetime import timedelta

from domain.case.case import Case
from domain.decisions import (
    CONSOLE,
    Accept,
    Acknowledge,
    Action,
    Actor,
    AddUnit,
    Assign,
    Close,
    Confirm,
    Consent,
    Consult,
    Decision,
    Decline,
    Escalate,
    Extend,
    Interim,
    Note,
    Nudge,
    Override,
    Pause,
    PhoneLog,
    RecordPublication,
    Release,
    Relevel,
    Resume,
    ReturnFinding,
    Review,
    Sign,
    Supervise,
    Transfer,
    TriageDecision,
)
from domain.stages.clocks import extension
from domain.vocabulary import (
    USUAL_KIND,
    ActionKind,
    ClockName,
    ConsultAct,
    Exit,
    Issuer,
    Level,
    PhoneOutcome,
    PublicationKind,
    Seat,
    SlotKind,
    Stage,
    Verdict,
    Vote,
)
from tests.domain.factories import (
    DUTY,
    EDITOR,
    EVIDENCE,
    LEADER,
    OFFICE_HEAD,
    START,
    deputy,
    draft,
    finding,
    liaison,
    of,
)

Said = tuple[Actor, Decision]

ASKED = ("jkj", "sjw", "wjw", "skx", "jyw")
BALLOTS = {SlotKind.REVIEW: Review, SlotKind.CONSENT: Consent, SlotKind.SIGN: Sign}


def plausible(case: Case, pick: int, detail: int, *, relevels: bool) -> Said:
    """Return who says what; now and then a stranger says it."""
    said = {
        Stage.TRIAGE: _in_triage,
        Stage.VERIFICATION: _in_verification,
        Stage.REBUTTAL: _in_rebuttal,
        Stage.CLOSURE: _in_closure,
    }[case.stage](case, detail, relevels)
    said = [*said, *_second_persons(case, detail), *_anywhere(case, detail), *_timing(case, detail)]
    actor, decision = said[pick % len(said)]
    strangers = (CONSOLE, of("zwb", Seat.DUTY), EDITOR, liaison("jkj"), deputy("jkj"), DUTY, LEADER)
    return (strangers[detail % 7] if pick % 11 == 10 else actor), decision


def asked(case: Case) -> list[str]:
    return [request.unit.code for request in case.open_requests()]


def _in_triage(case: Case, detail: int, relevels: bool) -> list[Said]:
    level = list(Level)[detail % 4] if relevels else case.level
    fresh = [*ASKED[detail % 5 :], *ASKED[: detail % 5]]
    full = TriageDecision(level=level, topic="传染病", lead=fresh[0], co_units=tuple(fresh[1 : 1 + detail % 3]))
    return [
        (DUTY, full),
        (LEADER, full),
        (DUTY, full),
        (LEADER if case.must_assign else DUTY, Assign(lead=fresh[0], reason="两次退回")),
        (DUTY, TriageDecision(exit=list(Exit)[detail % 8], pass_to="zwb") if detail % 5 == 0 else full),
        (DUTY, TriageDecision(topic="缺牵头单位")),
        *_units_speak(case, detail),
    ]


def _in_verification(case: Case, detail: int, relevels: bool) -> list[Said]:
    unit = ASKED[detail % len(ASKED)]
    return [
        *_units_speak(case, detail) * 3,
        (DUTY, AddUnit(unit=unit)),
        (DUTY, Release(unit=unit, reason="不再需要")) if detail % 3 == 0 else (DUTY, AddUnit(unit=unit)),
        (DUTY, ReturnFinding(unit=unit, missing="缺检测报告")),
        _relevels(detail, relevels),
        *_session(case, detail),
        _interim(detail),
        (EDITOR, _elsewhere(detail)) if detail % 5 == 0 else (EDITOR, Note(text="未见单位发布")),
    ]


def _in_rebuttal(case: Case, detail: int, relevels: bool) -> list[Said]:
    return [
        *_votes(case, detail),
        (EDITOR, _text(case, detail)) if case.draft is None or detail % 4 == 0 else _votes(case, detail)[0],
        (EDITOR, _text(case, detail)) if case.draft is None else _votes(case, detail)[-1],
        (EDITOR, Override(unit=ASKED[detail % 5], reason="联系不上")),
        _relevels(detail, relevels),
        _session(case, detail)[detail % 6],
        _interim(detail),
        *_units_speak(case, detail)[1:2],
        (EDITOR, _elsewhere(detail)) if detail % 9 == 0 else (EDITOR, Note(text="未见单位发布")),
    ]


def _timing(case: Case, detail: int) -> list[Said]:
    clock = case.running()[detail % len(case.running())] if case.running() else None
    until = case.timeline[-1].at + timedelta(hours=1 + detail % 70)
    pause: Said = (liaison(ASKED[detail % 5]), Pause(reason="test_result", until=until, evidence=EVIDENCE))
    if clock is None:
        return [pause]
    budget = case.promises(clock).budgets[clock.name]
    longer = (extension.most(case, clock) if clock.name in extension.EXTENDABLE else None) or budget
    return [
        (DUTY, pause[1]) if detail % 3 else pause,
        (DUTY, Resume()),
        (DUTY, Extend(clock=clock.name, unit=clock.unit, longer=longer, reason="检测要两天")),
        (DUTY, Nudge(clock=clock.name, unit=clock.unit)),
        (LEADER, Supervise(clock=clock.name, unit=clock.unit, reason="领导关注")),
    ]


def _in_closure(case: Case, detail: int, relevels: bool) -> list[Said]:
    return [(DUTY, Close()), *_units_speak(case, detail)[1:2], *_session(case, detail), (EDITOR, Note(text="待回访"))]


def _units_speak(case: Case, detail: int) -> list[Said]:
    units = [request.unit.code for request in case.asked()] or list(ASKED)
    unit = units[detail % len(units)]
    verdict = (Verdict.FALSE, Verdict.FALSE, Verdict.FALSE, Verdict.TRUE)[detail // 7 % 4]
    by = (liaison(unit), deputy(unit))[detail % 2]
    return [
        (liaison(unit), Accept()),
        (by, finding(verdict)),
        (by, finding(verdict)),
        *_hands_on(case, unit, detail),
        (of(unit, Seat.DUTY), Decline(reason="不属本单位职责") if detail % 3 == 0 else finding(verdict)),
    ]


def _hands_on(case: Case, unit: str, detail: int) -> list[Said]:
    to = ("swj", *ASKED)[detail // 3 % 6]
    said: list[Said] = [(liaison(unit), Transfer(to=to, reason="属该单位职责"))]
    for request in case.open_requests():
        if request.offered_to is not None:
            answer = (Accept(), Decline(reason="不属本单位职责"), finding())[detail // 3 % 3]
            said += [(liaison(request.offered_to.code), answer)] * 2
    return said


def _relevels(detail: int, relevels: bool) -> Said:
    said = Relevel(level=list(Level)[detail % 4], reason="研判") if relevels else Note(text="不调级")
    return (LEADER, DUTY)[detail % 2], said


def _session(case: Case, detail: int) -> list[Said]:
    unit = (asked(case) or list(ASKED))[detail % max(1, len(asked(case)))]
    verdict = (Verdict.FALSE, Verdict.TRUE, None)[detail % 3]
    action = Action(do=list(ActionKind)[detail % 5], unit=unit, end=START)
    done = (1 + detail % 3,) if detail % 4 == 0 else ()
    return [
        (DUTY, Consult(act=ConsultAct.CALL, text="是否属实？", actions=(action,) * (detail % 2))),
        (liaison(unit), Consult(act=ConsultAct.POSITION, text="以记录为准。", verdict=verdict, done=done)),
        (LEADER, Consult(act=ConsultAct.ACTIONS, text="尽快办理", actions=(action,))),
        (OFFICE_HEAD, Consult(act=ConsultAct.POSITION, text="已电话核实", done=(1 + detail % 3,))),
        (OFFICE_HEAD, Consult(act=ConsultAct.RULING, text="以记录为准。", verdict=verdict, actions=(action,))),
        (LEADER, Consult(act=ConsultAct.RULING, text="以记录为准。", verdict=(None, verdict)[detail % 2])),
    ]


def _interim(detail: int) -> Said:
    return (DUTY, EDITOR)[detail % 2], Interim()


def _second_persons(case: Case, detail: int) -> list[Said]:
    """Return a word to something that waits; two of each, so that what waits is mostly heard."""
    if not case.proposals:
        return []
    waiting = case.proposals[detail % len(case.proposals)]
    against = detail % 7 == 6
    said = Confirm(
        ref=waiting.ref + (detail % 13 == 12),
        outcome=(Vote.APPROVE, Vote.RETURN)[against],
        remarks="再议" if against and detail % 2 else None,
    )
    other = deputy(waiting.unit) if waiting.kind == "finding" and waiting.unit else (LEADER, DUTY)[detail % 2]
    return [(other, said), (LEADER if other in (LEADER, DUTY) else other, said)]


def _text(case: Case, detail: int) -> Decision:
    kinds = list(PublicationKind)
    kind = kinds[detail % len(kinds)] if detail % 9 == 8 else USUAL_KIND[case.verdict or Verdict.FALSE]
    issuer = (Issuer.JOINT, Issuer.JOINT, Issuer.UNIT, Issuer.CITY)[detail % 4]
    consents = tuple(unit for unit in asked(case)[1:] if detail % 3)
    return draft(
        kind, text=f"第 {detail} 稿", issuer=issuer, consents=consents, reason="需要" if detail % 2 == 0 else None
    )


def _votes(case: Case, detail: int) -> list[Said]:
    """Return votes of those whose word is missing; now and then on another text, against it, or from a stranger."""
    if case.draft is None:
        return [(deputy("jkj"), Review(digest="0" * 64, outcome=Vote.APPROVE))]
    against = detail % 16 == 15
    said = []
    for slot in case.draft.open_slots():
        seat = slot.to[detail % len(slot.to)] if detail % 5 == 0 else slot.to[0]
        ballot = BALLOTS[slot.kind](
            digest=case.draft.digest if detail % 10 else "f" * 64,
            outcome=Vote.RETURN if against else Vote.APPROVE,
            remarks="缺依据" if detail % 2 else None,
        )
        person = (None, None, f"{seat.unit}-of-two-seats", case.draft.drafter.person)[detail // 4 % 4]
        said.append((of(seat.unit, seat.seat, person=person), ballot))
    return said * 2 or [(EDITOR, Review(digest=case.draft.digest, outcome=Vote.APPROVE))]


def _elsewhere(detail: int) -> Decision:
    return RecordPublication(
        unit=ASKED[detail % 5],
        publication=PublicationKind.REBUTTAL if detail % 3 else PublicationKind.STATEMENT,
        reason="照录原文" if detail % 4 else None,
        title="通风不传播流感",
        text=f"通报第 {detail} 号。",
        url=f"https://jkj.mc.example/{detail % 7}",
        captured_at=START,
    )


def _anywhere(case: Case, detail: int) -> list[Said]:
    running = case.running()
    clock = running[detail % len(running)] if running else None
    name, unit = (clock.name, clock.unit) if clock else (ClockName.RESPONSE, "wxb")
    owner = of(unit, Seat.DUTY)
    return [
        (LEADER, AddUnit(unit="swj")) if detail % 4 else (EDITOR, draft()),
        (owner, Acknowledge(clock=name, unit=unit)),
        (owner, PhoneLog(clock=name, unit=unit, outcome=list(PhoneOutcome)[detail % 3])),
        (CONSOLE, Escalate(expected_level=running[0].rung if running else 0, reason="无人应答")),
        (DUTY, Escalate(expected_level=detail % 3, reason="催办", clock=name, unit=unit)),
        (DUTY, Note(text="备注")),
    ]
