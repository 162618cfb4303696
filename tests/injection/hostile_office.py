"""The sample office with hostile names, and one case of it told decision by decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from itertools import count
from typing import Any

from domain.case.obligations import Notice, Publication
from domain.case.payloads import Issue, Issued, NotIssued, Wave, WaveSent
from domain.case.summarise import summarise
from domain.case.summary import Summary
from domain.decider import results
from domain.decider.decide import decide
from domain.decider.ring import ring
from domain.decisions import (
    Decision,
    DraftSubmission,
    Interim,
    MoveReports,
    Opening,
    Original,
    Proven,
    SplitDecision,
    TriageDecision,
    Wording,
)
from domain.events import Entry
from domain.office.office import Office
from domain.risk.assessment import ProposedExit, ProposedUnit, RiskAssessment
from domain.risk.questions import Axis, Question
from domain.stages.report import open_case
from domain.terms import Gap, Refusal, Terms
from domain.vocabulary import ClockName, Exit, Issuer, Level
from tests.adapters.office import played_cases
from tests.adapters.office.played_cases import START
from tests.injection.field_filler import Pen
from tests.office_env import UNBOUNDED
from texts.catalogue import Texts

WORDS = Texts()
ORIGINAL = Original(case_id="abcdefghjk", number="辟〔2026〕0003", answered=True)
UNITS = ("wxb", "swj", "swjt", "hbj", "wjw", "jkj", "swu", "zwb", "zfb", "pt1")
"""The units the tellings speak of: the others would only make every page longer."""

TOPICAL = "swj"
"""The unit one of whose topics every claim touches, so that it is suggested."""


def named(pen: Pen) -> Office:
    """The sample office as if all its names were the pen's."""
    sample = played_cases.office()
    units = {code: sample.units[code].model_copy(update=_names(pen, code)) for code in UNITS}
    people = tuple(
        person.model_copy(update={"name": pen.name("PersonIn.name")})
        for person in sample.people
        if person.unit in UNITS
    )
    policy = sample.policy.model_copy(update={"terms": _terms(pen, sample.terms, units), "limits": UNBOUNDED})
    return Office(units=units, people=people, policy=policy, working=sample.working)


def _names(pen: Pen, code: str) -> dict[str, Any]:
    return {
        "name": pen.name("UnitIn.name"),
        "short": pen.name("UnitIn.short"),
        "topics": (pen.name("UnitIn.topics"),) if code == TOPICAL else (),
        "releases": (pen.name("UnitIn.releases"),),
        "exclusive": (),
    }


def _terms(pen: Pen, sample: Terms, units: Mapping[str, Any]) -> Terms:
    issuers = {Issuer.JOINT: pen.name("IssuersIn.joint"), Issuer.CITY: pen.name("IssuersIn.city")}
    return sample.model_copy(
        update={
            "city": pen.name("UnitsIn.city"),
            "office": units[sample.office.code].ref(),
            "named": {code: units[code].short for code in sample.named},
            "issuers": issuers,
        }
    )


def _assessment(pen: Pen, level: Level) -> RiskAssessment:
    """An assessment of words an office has chosen: they stand on the page and in the letter to whoever triages."""
    asked = Question(
        code="danger",
        axis=Axis.URGENCY,
        weight=1,
        asks=pen.name("QuestionIn.asks"),
        words=(pen.name("QuestionIn.words"),),
    )
    return RiskAssessment(
        questions=(asked,),
        thresholds={Level.RED: 75, Level.ORANGE: 40, Level.YELLOW: 15},
        floor=level,
        exit=ProposedExit(exit=Exit.HELP_URGENT, words=(pen.name("ExitIn.words"),), level=Level.RED),
        lead=ProposedUnit(unit=TOPICAL, words=(pen.name("UnitIn.topics"),)),
    )


def _is_merge(said: Decision) -> bool:
    return isinstance(said, TriageDecision) and said.duplicate_of is not None


class Telling(played_cases.Story):
    """A story of decisions on one case of an office; `opening` and `terms` are what the case differs in."""

    def __init__(
        self,
        office: Office,
        pen: Pen,
        case_id: str,
        level: Level = Level.YELLOW,
        *,
        basket: bool = False,
        **terms: Any,
    ) -> None:
        self.office, self.pen = office, pen
        self.now = START
        self.case = open_case(
            Opening(
                case_id=case_id,
                number="辟〔2026〕0123",
                claim=claim(pen),
                report_id="r1",
                channel="platform:pt1",
                place=pen("Report.place", 100),
                level=level,
                basket=basket,
                named={"pt1": office.units["pt1"].short},
                terms=office.terms.model_copy(update=terms),
                time=played_cases.working(),
                assessment=_assessment(pen, level),
            ),
            self.now,
        )
        self.entries = list(self.case.unrecorded)
        self.notices: list[Notice] = []
        self.publications: list[Publication] = []
        self._ids = (f"u{n}" for n in count())
        self.took()

    def say(self, who: str, said: Decision, minutes: int = 1) -> None:
        self.now += timedelta(minutes=minutes)
        person = next(person for person in self.office.people if person.id == who)
        proven = Proven(
            actor=self.office.actor(person),
            units=self.office.refs(said.named_units()),
            competent=("hbj",) if isinstance(said, DraftSubmission) and "hbj" in said.consents else (),
            wording=self._wording(said) if isinstance(said, Interim) else None,
            second_factor=True,
            original=ORIGINAL if isinstance(said, MoveReports) or _is_merge(said) else None,
            split=played_cases.SPLIT if isinstance(said, (SplitDecision, MoveReports)) else None,
        )
        kind: str = said.kind  # type: ignore[attr-defined]
        answer = decide(self.case, kind, said, proven, next(self._ids), self.now)
        self.took(answer.entries)

    def took(self, answered: tuple[Entry, ...] = ()) -> None:
        super().took(answered)
        known = {one.key for one in self.publications}
        self.publications += [
            one for one in self.case.pending_effects if isinstance(one, Publication) and one.key not in known
        ]

    def wave(self) -> Wave:
        """What is owed now, as the activity gets it."""
        results.gather_wave(self.case, self.now)
        return Wave(
            case_id=self.case.opening.case_id,
            at=self.now,
            claim=self.case.claim,
            mode=self.case.terms.mode,
            notices=tuple(owed for owed in self.case.pending_effects if isinstance(owed, Notice)),
            view=summarise(self.case),
        )

    def wave_fails(self) -> None:
        results.wave_failed(self.case, self.wave(), self.pen("wave_failed.reason"), self.now)
        self.took()

    def wave_arrives(self) -> None:
        wave = self.wave()
        gap = Gap(wanted=wave.notices[0].to[0])
        refused = (Refusal(to=gap.wanted, by="sms", instead=("mail",)),)
        sent = WaveSent(to=wave.notices[0].to, by=("mail",), gaps=(gap,), refused=refused)
        results.wave_sent(self.case, wave, sent, self.now)
        self.took()

    def comes_back(self, *, refused: bool) -> None:
        """The bulletin takes what is owed to it; another channel refuses it in its own words, or says where it is."""
        words = self.pen.short("NotIssued.reason" if refused else "Issued.where")
        other = NotIssued(reason=words) if refused else Issued(where=words)
        for debt in [owed for owed in self.case.pending_effects if isinstance(owed, Publication)]:
            issue = Issue(case_id=self.case.opening.case_id, at=self.now, mode=self.case.terms.mode, publication=debt)
            outcome = Issued(where="/bulletin/x") if debt.channel == "bulletin" else other
            results.issued(self.case, issue, outcome, self.now)
        self.took()

    def rings(self, hours: float) -> None:
        """Time passes, every rung at its instant."""
        until = self.now + timedelta(hours=hours)
        while (wake := self.case.next_wake()) is not None and wake <= until:
            self.now = max(self.now, wake)
            ring(self.case, self.now)
            results.gather_wave(self.case, self.now)  # letters that waited for a digest
            self.took()
        self.now = until

    def _wording(self, said: Interim) -> Wording:
        """The fixed wording as the desk fills it."""
        values = {
            "claim": self.case.opening.claim,
            "units": [request.unit.short for request in self.case.open_requests()],
            "due": None,
            "office": self.case.terms.issuer_name(),
        }
        title, _, text = WORDS.say("interim", **values, **said.model_dump(exclude={"kind"})).partition("\n")
        return Wording(title=title.strip(), text=text.strip())

    @cached_property
    def summary(self) -> Summary:
        """How the case stands once it is told."""
        return summarise(self.case)

    @property
    def digest(self) -> str:
        assert self.case.draft is not None
        return self.case.draft.digest

    def clock(self, name: ClockName, unit: str) -> int:
        """How many rungs of a running clock have rung."""
        found = self.case.clock(name, unit)
        assert found is not None
        return found.rung


def claim(pen: Pen) -> str:
    """A claim that touches the topic of a unit: a hostile text mostly is its own topic already."""
    said, topic = pen("Report.text"), pen.name("UnitIn.topics")
    return said if topic in said else said + topic
