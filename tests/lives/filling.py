"""How a person fills in a form that is offered: well, so that a refusal is a fault of the offer."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from domain.case.case import Case
from domain.decider.decide import RULES
from domain.decisions import Decision
from domain.stages.clocks import extension
from domain.tasks.action import AvailableAction
from domain.vocabulary import (
    ActionKind,
    ClockName,
    Exit,
    Issuer,
    Level,
    PhoneOutcome,
    Verdict,
)
from tests.domain.factories import EVIDENCE, START
from tests.lives.house import House

FOUND = (*(Verdict.FALSE,) * 14, Verdict.MISLEADING, Verdict.TRUE)
"""What units find: mostly the same, so that cases get on; often enough not, so that they quarrel."""


EXITS = [way for way in Exit if way is not Exit.DUPLICATE]


class Form:
    """One offered form, filled in by chance from what it allows."""

    def __init__(self, house: House, case: Case, chance: Random, now: Any) -> None:
        self._house, self._case, self._chance, self._now = house, case, chance, now

    def filled(self, offer: AvailableAction) -> Decision:
        """Return the decision of an offer; fixed values and restrictions are those of the offer."""
        more = getattr(self, f"_{offer.kind}", lambda offer: {})(offer)
        fixed = offer.preset if "duplicate_of" not in offer.only else {}  # it leaves by another exit
        return RULES[offer.kind].model.model_validate({**more, **fixed})

    # --- units ---------------------------------------------------------------------------------------------------

    def _fresh(self, *, leads: bool, but: tuple[str, ...] = ()) -> str:
        case = self._case
        asked = {case.office.code, *but, *(one.unit.code for one in case.asked())}
        asked |= {case.handover.unit.code} if case.handover else set()
        asked |= {one.offered_to.code for one in case.open_requests() if one.offered_to}
        free = [
            unit
            for unit in self._house.office.units.values()
            if unit.code not in asked and (unit.can_lead or not leads)
        ]
        return self._chance.choice(free).code

    def _triage(self, offer: AvailableAction) -> dict[str, Any]:
        exits, verifies = offer.only.get("exit") != (), offer.only.get("level") != ()
        if exits and (not verifies or self._chance.random() < 0.05):
            way = self._chance.choice(EXITS)
            to = {"pass_to": self._fresh(leads=False)} if way is Exit.HELP_URGENT else {}
            return {"exit": way, "reason": "不属谣言", **to}
        lead = self._fresh(leads=True)
        rest: list[str] = []
        for _ in range(self._chance.choice((0, 1, 1, 2, 3))):
            rest.append(self._fresh(leads=False, but=(lead, *rest)))
        return {
            "level": self._chance.choice(list(Level)),
            "topic": "传染病",
            "lead": lead,
            "co_units": rest,
            "reason": "研判",
        }

    def _assign(self, offer: AvailableAction) -> dict[str, Any]:
        return {"lead": self._fresh(leads=True), "reason": "职责对口"}

    def _add_unit(self, offer: AvailableAction) -> dict[str, Any]:
        return {"unit": self._fresh(leads=False)}

    def _transfer(self, offer: AvailableAction) -> dict[str, Any]:
        own = next(one for one in self._case.open_requests() if one.unit.code == offer.preset["unit"])
        swap = offer.also and self._chance.random() < 0.3
        to = self._chance.choice(offer.also) if swap else self._fresh(leads=own is self._case.lead)
        return {"to": to, "reason": "属该单位职责"}

    def _relevel(self, offer: AvailableAction) -> dict[str, Any]:
        return {"level": self._chance.choice(offer.only["level"]), "reason": "研判"}

    def _decline(self, offer: AvailableAction) -> dict[str, Any]:
        return {"reason": "不属职责"}

    # --- findings and sessions -------------------------------------------------------------------------------------

    def _finding(self, offer: AvailableAction) -> dict[str, Any]:
        corrects = "corrects" in offer.preset
        return {
            "verdict": self._chance.choice(FOUND),
            "explanation": "经查。",
            "evidence": EVIDENCE,
            "corrects": corrects,
        }

    def _release(self, offer: AvailableAction) -> dict[str, Any]:
        return {"reason": "不再需要"}

    def _return_finding(self, offer: AvailableAction) -> dict[str, Any]:
        return {"missing": "缺检测记录"}

    def _consult(self, offer: AvailableAction) -> dict[str, Any]:
        if done := offer.only.get("done"):
            return {"text": "已办", "done": [int(self._chance.choice(done))]}
        units = list(self._house.office.units)
        action = {
            "do": self._chance.choice(list(ActionKind)),
            "unit": self._chance.choice(units),
            "end": self._now + timedelta(hours=3),
        }
        said: dict[str, Any] = {"text": "意见"}
        if offer.preset["act"] == "actions" or self._chance.random() < 0.1:
            said["actions"] = [action] if offer.preset["act"] in ("actions", "ruling", "call") else []
        if verdicts := offer.only.get("verdict"):
            said["verdict"] = self._chance.choice(verdicts)
        return said

    # --- texts ---------------------------------------------------------------------------------------------------

    def _draft(self, offer: AvailableAction) -> dict[str, Any]:
        kinds = offer.only["publication"]
        kind = kinds[0] if self._chance.random() < 0.85 else self._chance.choice(kinds)
        issuer = self._chance.choice((Issuer.JOINT, Issuer.JOINT, Issuer.UNIT, Issuer.CITY))
        rest = [one.unit.code for one in self._case.open_requests() if one is not self._case.lead]
        consents = [code for code in rest if self._chance.random() < 0.5]
        text = f"第 {self._chance.randrange(10**6)} 稿。"
        return {
            "publication": kind, "title": "关于网传信息的核查情况", "text": text, "issuer": issuer,
            "consents": consents, "reason": "更合适",
        }  # fmt: skip

    def _ballot(self, offer: AvailableAction, against: str = "return") -> dict[str, Any]:
        no = self._chance.random() < 0.08
        return {"outcome": against if no else "approve", "remarks": "缺依据" if no else None}

    _review = _sign = _ballot

    def _consent(self, offer: AvailableAction) -> dict[str, Any]:
        return self._ballot(offer, "reject")

    _confirm = _consent

    def _override(self, offer: AvailableAction) -> dict[str, Any]:
        return {"reason": "来不及"}

    def _record_publication(self, offer: AvailableAction) -> dict[str, Any]:
        return {
            "unit": self._chance.choice([one.unit.code for one in self._case.asked()] or [self._case.office.code]),
            "publication": self._chance.choice(offer.only["publication"]), "title": "情况说明", "text": "单位已发布。",
            "url": f"https://unit.mc.example/{self._chance.randrange(10**9)}", "captured_at": START,
            "reason": "照录原文",
        }  # fmt: skip

    def _resolve_delivery(self, offer: AvailableAction) -> dict[str, Any]:
        acts = offer.only.get("act", ("again", "again", "leave"))
        return {"act": self._chance.choice(acts), "reason": "地址已更正"}

    def _close(self, offer: AvailableAction) -> dict[str, Any]:
        return {"remarks": "已回访"}

    # --- time ----------------------------------------------------------------------------------------------------

    def _pause(self, offer: AvailableAction) -> dict[str, Any]:
        until = self._now + timedelta(hours=self._chance.choice((1, 10, 60)))
        return {"reason": "test_result", "until": until, "evidence": EVIDENCE}

    def _extend(self, offer: AvailableAction) -> dict[str, Any]:
        clock = self._case.clock(ClockName(offer.preset["clock"]), str(offer.preset["unit"]))
        assert clock is not None
        return {"longer": extension.most(self._case, clock), "reason": "检测要两天"}

    def _supervise(self, offer: AvailableAction) -> dict[str, Any]:
        return {"reason": "领导关注"}

    _escalate = _supervise

    def _phone_log(self, offer: AvailableAction) -> dict[str, Any]:
        answered = {"answered_by": self._chance.choice(units)} if (units := offer.only.get("answered_by")) else {}
        return {"outcome": self._chance.choice(offer.only.get("outcome", tuple(PhoneOutcome))), **answered}

    def _note(self, offer: AvailableAction) -> dict[str, Any]:
        return {"text": "备注", "evidence": EVIDENCE if self._chance.random() < 0.2 else ()}
