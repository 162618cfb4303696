"""How the officers act: the usual course of a case, a hot one with a silent unit, one at night, and the exits."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from cli.demo.officers import Officers
from cli.demo.scenario import Scene
from cli.demo.time_travel import TimeTravel
from cli.messages import message
from domain.vocabulary import USUAL_KIND, ClockName, Exit, Level, PhoneOutcome, Seat, Stage, Vote

HOT, NIGHT = "mc-01", "mc-10"
SILENT = "swu"
"""The unit whose duty seat never answers in the hot case."""

SIGHTINGS = 120
RED_AT = 100
SOURCES = (
    ("platform:pt1", "东汀区"),
    ("platform:pt2", "西汀区"),
    ("media:rbs", "河湾区"),
    ("hotline:zwb", "石坪区"),
    ("district:dt", "东汀区"),
)
"""The channels and districts from which the hot claim is reported again and again."""

SERVES = {Exit.COMPLAINT: "zwb", Exit.HELP_URGENT: "zwb"}
"""The unit to which a report that is no rumor is passed."""

AT_ONCE = 8
"""How many reports of the hot claim are handed in at the same time."""


class ScenePlayer:
    """One scene while it is played; refusals and cases that do not move are raised as exceptions."""

    def __init__(self, officers: Officers, time_travel: TimeTravel, scene: Scene, case: str) -> None:
        self.officers, self.time_travel, self.scene, self.case = officers, time_travel, scene, case
        self.expected = scene.expected
        self.level = self.expected.level or Level.YELLOW
        self.lead = self.expected.lead_unit or officers.home

    async def run(self) -> None:
        """Play the scene."""
        if self.expected.exit is not None:
            await self.let_out(self.expected.exit)
        elif self.scene.id == HOT:
            await self.hot()
        elif self.scene.id == NIGHT:
            await self.night()
        else:
            await self.usual()

    async def usual(self) -> None:
        """Play the course of most cases: everybody answers in time."""
        await self.triage()
        for unit in (self.lead, *self.expected.co_units):
            await self.accept(unit)
        for unit in (*self.expected.co_units, self.lead):
            await self.hand_in_finding(unit)
        await self.publish()

    async def hot(self) -> None:
        """Play the claim everybody reports: the level rises, one unit stays silent until it is nearly too late."""
        await self.spread(2, RED_AT // 2)
        await self.triage()
        answering = [unit for unit in self.expected.co_units if unit != SILENT]
        for unit in (self.lead, *answering):
            await self.accept(unit)
        await self.spread(RED_AT // 2, RED_AT)
        await self.as_duty("relevel", level=Level.RED, reason=message("play_red", sightings=RED_AT))
        self.level = Level.RED
        await self.spread(RED_AT, SIGHTINGS)
        for unit in answering:
            await self.hand_in_finding(unit)
        await self.time_travel.ring_up_to(self.case, ClockName.ACCEPT, SILENT, level=2)
        await self.accept(SILENT, Seat.DEPUTY)
        await self.hand_in_finding(SILENT, Seat.DEPUTY)
        await self.hand_in_finding(self.lead)
        await self.publish()

    async def night(self) -> None:
        """Play the call at 23:00: the lead's duty seat does not pick up, the ladder reaches its deputy by phone."""
        await self.triage()
        call = {"clock": ClockName.ACCEPT, "unit": self.lead}
        missed = {"outcome": PhoneOutcome.NOT_REACHED, "expected_level": 0}  # the call at the start
        await self.as_duty("phone_log", **call, **missed, remarks=message("play_no_one"))
        await self.as_duty("phone_log", **call, outcome=PhoneOutcome.REACHED, remarks=message("play_deputy"))
        await self.accept(self.lead, Seat.DEPUTY)
        for unit in self.expected.co_units:
            await self.accept(unit)
            await self.hand_in_finding(unit)
        await self.hand_in_finding(self.lead, Seat.DEPUTY)
        await self.publish()

    async def let_out(self, exit_: Exit) -> None:
        """Let a report out that is no rumor; what cannot wait is received by its unit before the case is over."""
        to = SERVES.get(exit_)
        await self.as_duty("triage", exit=exit_, pass_to=to, reason=message(f"play_exit_{exit_}"))
        if to is not None and exit_ in self.officers.office.terms.exits:
            await self.officers.decide(self.case, "accept", to, Seat.DUTY, handover=True)

    async def spread(self, first: int, end: int) -> None:
        """Hand in the same claim again and again, from changing places and channels."""
        limit = asyncio.Semaphore(AT_ONCE)

        async def hand_in_one(n: int) -> None:
            channel, place = SOURCES[n % len(SOURCES)]
            async with limit:
                body = {"text": self.scene.text, "place": place, "channel": channel, "at": self.scene.at}
                await self.officers.hand_in(body, f"demo-{self.scene.id}-{n}")

        await asyncio.gather(*(hand_in_one(n) for n in range(first, end)))

    async def triage(self) -> None:
        """Decide on the level and ask the units."""
        await self.as_duty(
            "triage",
            level=self.level,
            topic=self.expected.topic,
            district=self.scene.district,
            lead=self.lead,
            co_units=self.expected.co_units,
            reason=self.expected.level_reason,
        )

    async def accept(self, unit: str, seat: Seat | None = None) -> None:
        """Accept a unit's request."""
        await self.officers.decide(self.case, "accept", unit, seat or self.officers.working_seat(self.level))

    async def hand_in_finding(self, unit: str, seat: Seat | None = None) -> None:
        """Hand in a unit's finding, with its evidence."""
        text = self.expected.finding or ""
        evidence = {
            "kind": message("play_evidence"),
            "source": self.officers.office.units[unit].short,
            "digest": hashlib.sha256(text.encode()).hexdigest(),
            "captured_at": self.scene.at,
        }
        seat = seat or self.officers.working_seat(self.level)
        verdict = self.expected.verdict
        await self.officers.decide(
            self.case, "finding", unit, seat, verdict=verdict, explanation=text, evidence=[evidence]
        )

    async def publish(self) -> None:
        """Hand in the text, have exactly that text signed, wait until it is out, and close the case."""
        expected = self.expected
        if not (expected.verdict and expected.publication and expected.rebuttal):
            raise ValueError(message("scene_unfit", scene=self.scene.id))
        unusual = USUAL_KIND[expected.verdict] is not expected.publication
        title = expected.rebuttal.partition("。")[0]
        reason = message("play_unusual_kind") if unusual else None
        await publish_text(
            self.officers, self.case, publication=expected.publication, title=title,
            text=expected.rebuttal, reason=reason,
        )  # fmt: skip

    async def as_duty(self, kind: str, /, **fields: Any) -> None:
        """Take a decision as the office's duty officer."""
        await self.officers.decide(self.case, kind, self.officers.home, Seat.DUTY, **fields)


async def publish_text(officers: Officers, case: str, **draft: Any) -> None:
    """Hand in a text as the editor, collect every signature it needs, wait until it is public, and close the case."""
    home = officers.home
    await officers.decide(case, "draft", home, Seat.EDITOR, **draft)
    await collect_signatures(officers, case)
    await officers.wait_until(case, lambda now: now["stage"] == Stage.CLOSURE, message("waits_for_page"))
    await officers.decide(case, "close", home, Seat.DUTY, remarks=message("demo_checked"))


async def collect_signatures(officers: Officers, case: str) -> None:
    """Sign the latest text for each seat that is asked, in turn; the head signs for a person who has signed already."""
    drafted = [one["event"] for one in await officers.timeline(case) if one["event"]["kind"] == "drafted"]
    vote = {"digest": drafted[-1]["digest"], "outcome": Vote.APPROVE}
    signed_already = {officers.holder(officers.home, Seat.EDITOR).id}
    while signatures := [one for one in (await officers.view(case))["summary"].get("signatures", ()) if one["now"]]:
        unit, kind, seats = signatures[0]["unit"], signatures[0]["kind"], (Seat(signatures[0]["seat"]), Seat.HEAD)
        seat = next(seat for seat in seats if officers.holder(unit, seat).id not in signed_already)
        signed_already.add(officers.holder(unit, seat).id)
        await officers.sign(case, kind, unit, seat, **vote)
