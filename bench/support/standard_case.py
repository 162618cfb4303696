"""The standard case as the measurements play it: eleven decisions by eight people, level yellow, nothing late."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.decisions import (
    Accept,
    Close,
    Consult,
    Decision,
    DraftSubmission,
    Evidence,
    Finding,
    Review,
    Sign,
    TriageDecision,
)
from domain.office.office import Office, Person
from domain.vocabulary import ConsultAct, Level, PublicationKind, Seat, Verdict, Vote

LEAD, CO_UNITS = "swj", ("hbj", "swu")
UNITS = (LEAD, *CO_UNITS)
MANY = ("hbj", "swu", "wjw", "jkj", "sjw", "dt", "zjw")
DECISIONS = 11
CAPTURED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PLACES = "东汀西汀南浦北浦中洲上洲下洲桥头渡口山前山后城关河湾林场"


@dataclass(frozen=True)
class Line:
    """One line of the story: the seat that decides, and its decision."""

    unit: str
    seat: Seat
    said: Decision

    def speaker(self, office: Office) -> Person:
        """Return the person in that seat."""
        return next(one for one in office.people if one.unit == self.unit and self.seat in one.seats)


def claim() -> str:
    """Return a claim that was never reported before; none of its words is on the red list."""
    place = secrets.choice(PLACES) + secrets.choice(PLACES)
    return f"听说{place}片区自来水发黄，喝了会生病，编号{secrets.token_hex(6)}，大家先别喝"


def triage() -> Line:
    """Return the triage that asks three units."""
    decision = TriageDecision(
        level=Level.YELLOW, topic="供水", district="东汀区", lead=LEAD, co_units=CO_UNITS, ask="水质是否合格"
    )
    return Line("wxb", Seat.DUTY, decision)


def accept(unit: str, seat: Seat = Seat.LIAISON_A) -> Line:
    """Return the acceptance of a request."""
    return Line(unit, seat, Accept())


def finding(unit: str, seat: Seat = Seat.LIAISON_A, verdict: Verdict = Verdict.FALSE) -> Line:
    """Return the answer to a request."""
    record = Evidence(kind="检测记录", source="出厂水逐时检测", url="https://swj.mc.example/1", captured_at=CAPTURED)
    decision = Finding(verdict=verdict, explanation="经逐点检测，出厂水和管网水均合格。", evidence=(record,))
    return Line(unit, seat, decision)


def argued() -> tuple[Line, ...]:
    """Return the decisions of eight units that do not agree, up to the ruling of their session's chair."""
    ask = triage().said.model_copy(update={"co_units": MANY})
    found = (*(finding(unit) for unit in MANY[1:]), finding(MANY[0], verdict=Verdict.TRUE), finding(LEAD))
    ruling = Consult(act=ConsultAct.RULING, verdict=Verdict.FALSE, text="出厂水和管网水均合格，异味来自楼内水箱。")
    return (
        Line("wxb", Seat.DUTY, ask),
        *(accept(unit) for unit in (LEAD, *MANY)),
        *found,
        Line("wxb", Seat.DUTY_LEADER, ruling),
    )


def draft() -> Line:
    """Return the text that is handed in."""
    decision = DraftSubmission(
        publication=PublicationKind.REBUTTAL,
        title="东汀片区自来水水质合格",
        text="经三家单位逐点检测，东汀片区自来水各项指标合格，可以放心饮用。",
    )
    return Line("wxb", Seat.EDITOR, decision)


def signatures(digest: str) -> tuple[Line, Line]:
    """Return the signatures of exactly that text: reviewed by the lead unit, signed by the office."""
    review = Review(digest=digest, outcome=Vote.APPROVE)
    return Line(LEAD, Seat.DEPUTY, review), Line("wxb", Seat.DEPUTY, Sign(digest=digest, outcome=Vote.APPROVE))


def close() -> Line:
    """Return the decision that closes the case."""
    return Line("wxb", Seat.DUTY, Close(remarks="已核对"))


def before_the_text() -> tuple[Line, ...]:
    """Return the first eight decisions, which need nothing from the answers before them."""
    return (triage(), *(accept(unit) for unit in UNITS), *(finding(unit) for unit in UNITS), draft())
