"""What is offered can be taken, and what is not offered would be refused: in any life a case can have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.case.payloads import NotIssued
from domain.decider.decide import RULES, check
from domain.decisions import CONSOLE, Actor, Decision
from domain.errors import Refused
from domain.stages.clocks import extension
from domain.tasks.action import AvailableAction
from domain.tasks.available_actions import OFFERED, offers
from domain.vocabulary import ClockName, ConsultAct, Level, PhoneOutcome, PublicationKind, Seat
from tests.domain.factories import (
    DUTY,
    EDITOR,
    EVIDENCE,
    LEADER,
    OFFICE_DEPUTY,
    START,
    UNITS,
    Story,
    deputy,
    liaison,
    of,
)
from tests.domain.random_lives import Life

pytestmark = pytest.mark.people

PEOPLE = (
    DUTY,
    LEADER,
    EDITOR,
    OFFICE_DEPUTY,
    CONSOLE,
    of("zwb", Seat.DUTY),
    of("wjw", Seat.DUTY),
    *(who(unit) for unit in ("jkj", "sjw", "jyw") for who in (liaison, deputy)),
)
PUBLICATIONS = [kind.value for kind in PublicationKind]


def test_every_kind_has_its_row() -> None:
    assert set(OFFERED) == set(RULES)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(
    st.sampled_from(list(Level)),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)), min_size=5, max_size=40),
)
def test_what_is_offered_is_taken_and_what_is_not_offered_is_refused(level: Level, steps: list[Any]) -> None:
    life = Life(level)
    for step in steps:
        life.step(*step)
        if life.case.over:
            break
    life.wait(timedelta())  # a decision that makes something due at once: the task that hears it rings it
    for actor in PEOPLE:
        offered = [one for one in offers(life.case, actor, life.now) if one.until is None or life.now <= one.until]
        for offer in offered:
            for said in bodies(life, offer):
                check(life.case, offer.kind, said, life.proven(actor, said), "try", life.now)
        for offer in conceivable(life):
            if not any(covers(one, offer) for one in offered):
                for said in bodies(life, offer):
                    with pytest.raises(Refused):
                        check(life.case, offer.kind, said, life.proven(actor, said), "try", life.now)


@pytest.mark.parametrize("worded", [False, True])
def test_what_a_basket_offers_is_taken(worded: bool) -> None:
    story = Story(basket=True)
    story.case.sightings = 2
    if worded:
        story.say(DUTY, next(bodies(story, offers(story.case, DUTY)[0])))

    for actor in PEOPLE:
        for offer in offers(story.case, actor):
            for said in bodies(story, offer):
                check(story.case, offer.kind, said, story.proven(actor, said), "try", story.now)
    assert "move_reports" in {offer.kind for offer in offers(story.case, DUTY)}


def test_a_finished_case_offers_the_units_it_asked_a_further_finding_and_nothing_else_to_anybody() -> None:
    story = Story().triaged().verified().drafted().approved().published().closed()

    found = {(actor.unit, one.kind) for actor in PEOPLE for one in offers(story.case, actor)}

    assert found == {("jkj", "finding")}


def test_a_unit_signs_before_it_is_asked_to_sign_no_more() -> None:
    story = Story().triaged("jkj", "sjw")

    def kinds(actor: Actor) -> list[str]:
        return [offer.kind for offer in offers(story.case, actor)]

    assert kinds(liaison("jkj"))[:4] == ["accept", "finding", "decline", "transfer"]
    assert kinds(liaison("jyw")) == []
    story.say(liaison("jkj"), RULES["accept"].model())
    assert "accept" not in kinds(liaison("jkj"))
    assert "accept" in kinds(liaison("sjw"))


def test_lowering_the_level_is_offered_to_both_until_one_has_asked() -> None:
    story = Story().triaged(level=Level.ORANGE)

    def levels(actor: Actor) -> tuple[str, ...]:
        return next(offer.only["level"] for offer in offers(story.case, actor) if offer.kind == "relevel")

    assert levels(DUTY) == levels(LEADER) == ("red", "yellow", "blue")
    story.say(DUTY, RULES["relevel"].model(level="yellow", reason="已平息"))
    assert levels(LEADER) == ("red",)
    assert [offer.kind for offer in offers(story.case, LEADER) if offer.kind == "confirm"] == ["confirm"]


def test_the_usual_kind_of_publication_is_offered_first_and_a_true_claim_never_as_rebuttal() -> None:
    story = Story().triaged().verified("true")

    (offer,) = [offer for offer in offers(story.case, EDITOR) if offer.kind == "draft"]

    assert offer.only["publication"] == ("statement", "explainer", "alert", "reply_only", "none")


# --- what somebody could say -----------------------------------------------------------------------------------------


def conceivable(life: Life) -> Iterator[AvailableAction]:  # noqa: PLR0912  (one branch per way to be offered)
    """Everything a page could ever have a button for in this case."""
    case = life.case
    units = {request.unit.code for request in case.requests} | {"jkj", "wxb"}
    clocks = {(clock.name, clock.unit): clock.rung for clock in case.clocks}
    for kind in RULES:
        if kind in ("acknowledge", "phone_log", "nudge", "supervise", "extend"):
            yield from (
                AvailableAction(kind=kind, preset={"clock": name, "unit": unit}) for name, unit in sorted(clocks)
            )
        elif kind == "escalate":
            for (name, unit), rung in sorted(clocks.items()):
                yield AvailableAction(kind=kind, preset={"clock": name, "unit": unit, "expected_level": rung})
        elif kind in ("return_finding", "release", "transfer"):
            yield from (AvailableAction(kind=kind, preset={"unit": unit}) for unit in sorted(units))
        elif kind in ("review", "consent", "sign"):
            yield AvailableAction(kind=kind, preset={"digest": case.draft.digest if case.draft else "0" * 64})
        elif kind == "confirm":
            yield from (AvailableAction(kind=kind, preset={"ref": one.ref}) for one in case.proposals)
            yield AvailableAction(kind=kind, preset={"ref": 999})
        elif kind == "resolve_delivery":
            yield from (AvailableAction(kind=kind, preset={"ref": one.ref}) for one in case.refused)
            yield AvailableAction(kind=kind, preset={"ref": 999})
        elif kind == "override":
            yield from (
                AvailableAction(kind=kind, preset={"act": "skip_consent", "unit": unit}) for unit in sorted(units)
            )
        elif kind == "consult":
            yield from (AvailableAction(kind=kind, preset={"act": act}) for act in ConsultAct)
            to_do = (item.n for item in case.last_session.items if item.done is None) if case.last_session else (1,)
            yield from (AvailableAction(kind=kind, preset={"act": "position"}, only={"done": (str(n),)}) for n in to_do)
        elif kind == "record_publication":
            yield from (AvailableAction(kind=kind, only={"publication": (one,)}) for one in PublicationKind)
        elif kind == "triage":
            yield from (AvailableAction(kind=kind, only={"exit": ()}), AvailableAction(kind=kind, only={"level": ()}))
        elif kind == "relevel":
            yield from (AvailableAction(kind=kind, only={"level": (level,)}) for level in Level)
        elif kind == "draft":
            yield from (AvailableAction(kind=kind, only={"publication": (one,)}) for one in PublicationKind)
        else:
            yield AvailableAction(kind=kind)


def covers(offered: AvailableAction, wanted: AvailableAction) -> bool:
    """Whether an offer holds what a page could have a button for."""
    if offered.kind != wanted.kind or not offered.preset.items() >= wanted.preset.items():
        return False
    if ("done" in offered.only) != ("done" in wanted.only):
        return False  # what came of an item is another thing to say than a position
    if wanted.kind == "triage":
        if "duplicate_of" in offered.only:
            return False  # the other case is another thing to say than an exit
        (left_out,) = wanted.only
        other = "level" if left_out == "exit" else "exit"
        return offered.only.get(other) != ()
    return all(set(codes) <= set(offered.only.get(field, codes)) for field, codes in wanted.only.items())


def bodies(life: Life | Story, offer: AvailableAction) -> Iterator[Decision]:
    """Sensible ways to fill in what is offered."""
    for filled in _filled(life, offer):
        yield RULES[offer.kind].model.model_validate({**offer.preset, **filled})


PLAIN: dict[str, list[dict[str, Any]]] = {
    "decline": [{"reason": "不属职责"}],
    "escalate": [{"reason": "无人应答"}],
    "finding": [{"verdict": "false", "explanation": "经查不实。", "evidence": EVIDENCE}],
    "return_finding": [{"missing": "缺少检测记录"}],
    "release": [{"reason": "不再需要"}],
    "review": [{"outcome": "approve"}, {"outcome": "return", "remarks": "改标题"}],
    "consent": [{"outcome": "approve"}, {"outcome": "reject", "remarks": "不是本单位说的"}],
    "sign": [{"outcome": "approve"}, {"outcome": "return", "remarks": "改标题"}],
    "confirm": [{"outcome": "approve"}, {"outcome": "reject", "remarks": "不妥"}],
    "override": [{"reason": "来不及"}],
    "close": [{"remarks": "合作媒体停机"}],
    "resolve_delivery": [{"act": "again", "reason": "地址已更正"}, {"act": "leave", "reason": "已停止合作"}],
    "note": [{"text": "已电话告知"}],
    "split": [{"report_id": "r2", "reason": "不是一回事"}],
    "move_reports": [{"reports": ["r2"], "into": "辟〔2026〕0003", "reason": "同一说法"}],
    "resume": [{"reason": "结果已出"}, {}],
    "nudge": [{"text": "请抓紧"}, {}],
    "supervise": [{"reason": "领导关注"}],
}
"""What is filled in the same way whatever the case is."""


def _filled(life: Life | Story, offer: AvailableAction) -> list[dict[str, Any]]:  # noqa: PLR0912  (one per kind)
    asked = {unit.code for request in life.case.open_requests() for unit in (request.unit, request.offered_to) if unit}
    fresh = next(unit for unit in UNITS.values() if unit.can_lead and unit.code not in asked).code
    match offer.kind:
        case "triage" if "duplicate_of" in offer.only:
            return [{"duplicate_of": "辟〔2026〕0003", "reason": "同一说法"}]
        case "triage":
            claim = {"claim": "松坪区今晚停水三天"} if "claim" in offer.only else {}
            verify = claim | {"level": "yellow", "topic": "传染病", "lead": fresh, "co_units": ["skx"]}
            ways = [("level", verify), ("exit", {"exit": "opinion"})]
            return [way for field, way in ways if offer.only.get(field) != ()]
        case "pause":
            until = life.now + timedelta(hours=1)
            return [{"reason": "test_result", "until": until, "evidence": EVIDENCE}]
        case "extend":
            clock = life.case.clock(ClockName(offer.preset["clock"]), str(offer.preset["unit"]))
            known = clock is not None and clock.name in extension.EXTENDABLE
            most = extension.most(life.case, clock) if known else None
            return [{"longer": most or "1h", "reason": "检测要两天"}]
        case "assign":
            return [{"lead": fresh, "reason": "职责对口"}]
        case "add_unit":
            return [{"unit": fresh}]
        case "relevel":
            return [{"level": level, "reason": "扩散加快"} for level in offer.only["level"]]
        case "transfer":
            return [{"to": fresh, "reason": "职责对口"}]
        case "phone_log":
            return [{"outcome": one} for one in offer.only.get("outcome", tuple(PhoneOutcome))]
        case "consult":
            if "done" in offer.only:
                return [{"text": "已办", "done": [int(n)]} for n in offer.only["done"]]
            given = (
                {"actions": [{"do": "warn", "unit": fresh, "end": life.now}]}
                if offer.preset["act"] == "actions"
                else {}
            )
            verdicts = offer.only.get("verdict") or (None,)
            return [{"text": "意见", "verdict": verdict, **given} for verdict in verdicts]
        case "record_publication":
            seen = {
                "unit": "swj",
                "title": "标题",
                "text": "正文",
                "url": "https://swj.mc.example/1",
                "captured_at": START,
                "reason": "照录原文",
            }
            return [{"publication": kind, **seen} for kind in offer.only["publication"]]
        case "draft":
            text = {"title": "标题", "text": "正文", "reason": "更合适"}
            return [{"publication": kind, **text} for kind in offer.only["publication"]]
        case _:
            return PLAIN.get(offer.kind, [{}])


def test_the_lives_reach_every_offer() -> None:
    story = Story(Level.RED).triaged("jkj", "sjw")
    seen = {offer.kind for actor in PEOPLE for offer in offers(story.case, actor)}
    story.say(liaison("sjw"), RULES["finding"].model(verdict="false", explanation="不实", evidence=EVIDENCE))
    seen |= {offer.kind for actor in PEOPLE for offer in offers(story.case, actor)}
    story.say(DUTY, RULES["interim"].model())
    seen |= {offer.kind for actor in PEOPLE for offer in offers(story.case, actor)}
    story.verified()
    story.competent = ("sjw",)
    story.drafted()
    story.wait("10m")
    seen |= {offer.kind for actor in PEOPLE for offer in offers(story.case, actor, story.now)}
    story.vote(deputy("jkj"))
    story.vote(deputy("sjw"), kind=RULES["consent"].model)
    seen |= {offer.kind for actor in PEOPLE for offer in offers(story.case, actor)}
    story.approved().comes_back("bulletin")
    story.comes_back("labels", NotIssued(reason="频道停用"))
    story.published()
    seen |= {offer.kind for actor in PEOPLE for offer in offers(story.case, actor)}
    bounced = Story()
    seen |= {offer.kind for actor in PEOPLE for offer in offers(bounced.case, actor)}
    bounced.triaged("jkj")
    seen |= {offer.kind for actor in PEOPLE for offer in offers(bounced.case, actor)}
    bounced.say(DUTY, next(bodies(bounced, AvailableAction(kind="pause"))))
    bounced.confirmed_by(LEADER)
    seen |= {offer.kind for actor in PEOPLE for offer in offers(bounced.case, actor)}
    bounced.say(liaison("jkj"), RULES["decline"].model(reason="不属职责"))
    seen |= {offer.kind for actor in PEOPLE for offer in offers(bounced.case, actor)}
    basket = Story(basket=True)
    basket.case.sightings = 2
    seen |= {offer.kind for actor in PEOPLE for offer in offers(basket.case, actor)}

    assert seen == set(RULES)
