"""How the officers act: the usual way of a case, a hot one with a silent unit, one in the night, and the exits."""

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
    ("public", "河湾区"),
    ("hotline:zwb", "石坪区"),
    ("district:dt", "东汀区"),
)
"""From where the hot claim is reported again and again: four districts, five channels."""

SERVES = {Exit.COMPLAINT: "zwb", Exit.HELP_URGENT: "zwb"}
"""To whom a report that is no rumor is passed."""

AT_ONCE = 8
"""How many reports of the hot claim are under way together."""


class ScenePlayer:
    """Play one scene to its end; refusals and cases that do not move come out as exceptions."""

    def __init__(self, officers: Officers, clockwork: TimeTravel, scene: Scene, case: str) -> None:
        self.officers, self.clockwork, self.scene, self.case = officers, clockwork, scene, case
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
        """Play the way of most cases: everybody answers in time."""
        await self.triage()
        for unit in (self.lead, *self.expected.co_units):
            await self.accept(unit)
        for unit in (*self.expected.co_units, self.lead):
            await self.find(unit)
        await self.publish()

    async def hot(self) -> None:
        """Play the claim everybody reports: the level rises, one unit stays silent until its ladder has rung."""
        await self.spread(2, RED_AT // 2)
        await self.triage()
        answering = [unit for unit in self.expected.co_units if unit != SILENT]
        for unit in (self.lead, *answering):
            await self.accept(unit)
        await self.spread(RED_AT // 2, RED_AT)
        await self.office("relevel", level=Level.RED, reason=message("play_red", sightings=RED_AT))
        self.level = Level.RED
        await self.spread(RED_AT, SIGHTINGS)
        for unit in answering:
            await self.find(unit)
        await self.clockwork.ring_up_to(self.case, ClockName.ACCEPT, SILENT, level=4)
        await self.accept(SILENT, Seat.DEPUTY)
        await self.find(SILENT, Seat.DEPUTY)
        await self.find(self.lead)
        await self.publish()

    async def night(self) -> None:
        """Play the call at 23:00: the lead's duty seat does not pick up, the ladder reaches its deputy by phone."""
        await self.triage()
        call = {"clock": ClockName.ACCEPT, "unit": self.lead}
        await self.office("phone_log", **call, outcome=PhoneOutcome.NOT_REACHED, remarks=message("play_no_one"))
        await self.office("phone_log", **call, outcome=PhoneOutcome.REACHED, remarks=message("play_deputy"))
        await self.accept(self.lead, Seat.DEPUTY)
        for unit in self.expected.co_units:
            await self.accept(unit)
            await self.find(unit)
        await self.find(self.lead, Seat.DEPUTY)
        await self.publish()

    async def let_out(self, exit_: Exit) -> None:
        """Let a report out that is no rumor."""
        await self.office("triage", exit=exit_, pass_to=SERVES.get(exit_), reason=message(f"play_exit_{exit_}"))

    async def spread(self, since: int, until: int) -> None:
        """Hand in the same claim again and again, from changing places and channels."""
        room = asyncio.Semaphore(AT_ONCE)

        async def once(n: int) -> None:
            channel, place = SOURCES[n % len(SOURCES)]
            async with room:
                body = {"text": self.scene.text, "place": place, "channel": channel, "at": self.scene.at}
                await self.officers.hand_in(body, f"demo-{self.scene.id}-{n}")

        await asyncio.gather(*(once(n) for n in range(since, until)))

    async def triage(self) -> None:
        """Decide on the level and ask the units."""
        await self.office(
            "triage",
            level=self.level,
            topic=self.expected.topic,
            district=self.scene.district,
            lead=self.lead,
            co_units=self.expected.co_units,
            reason=self.expected.level_reason,
        )

    async def accept(self, unit: str, seat: Seat | None = None) -> None:
        """Sign for a unit's request."""
        await self.officers.say(self.case, "accept", unit, seat or self.officers.working_seat(self.level))

    async def find(self, unit: str, seat: Seat | None = None) -> None:
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
        await self.officers.say(
            self.case, "finding", unit, seat, verdict=verdict, explanation=text, evidence=[evidence]
        )

    async def publish(self) -> None:
        """Draft, have exactly that text reviewed, consented to and signed, wait until it is out, close."""
        expected = self.expected
        if not (expected.verdict and expected.publication and expected.rebuttal):
            raise ValueError(message("scene_unfit", scene=self.scene.id))
        unusual = USUAL_KIND[expected.verdict] is not expected.publication
        title = expected.rebuttal.partition("。")[0]
        reason = message("play_unusual_kind") if unusual else None
        await approved(
            self.officers, self.case, publication=expected.publication, title=title,
            text=expected.rebuttal, reason=reason,
        )  # fmt: skip

    async def office(self, kind: str, /, **fields: Any) -> None:
        """Let the office's duty officer decide."""
        await self.officers.say(self.case, kind, self.officers.home, Seat.DUTY, **fields)


async def approved(officers: Officers, case: str, **draft: Any) -> None:
    """Bring a text from the editor through every signature it needs to the public, and close the case."""
    home = officers.home
    await officers.say(case, "draft", home, Seat.EDITOR, **draft)
    await signed(officers, case)
    await officers.until(case, lambda now: now["stage"] == Stage.CLOSURE, message("waits_for_page"))
    await officers.say(case, "close", home, Seat.DUTY)


async def signed(officers: Officers, case: str) -> None:
    """Let whoever is asked sign the text on the table, each in turn; who has signed already is stood in for."""
    drafted = [one["event"] for one in await officers.timeline(case) if one["event"]["kind"] == "drafted"]
    vote = {"digest": drafted[-1]["digest"], "outcome": Vote.APPROVE}
    gone = {officers.holder(officers.home, Seat.EDITOR).id}
    while signatures := [one for one in (await officers.view(case))["summary"].get("signatures", ()) if one["now"]]:
        unit, kind, seats = signatures[0]["unit"], signatures[0]["kind"], (Seat(signatures[0]["seat"]), Seat.HEAD)
        seat = next(seat for seat in seats if officers.holder(unit, seat).id not in gone)
        gone.add(officers.holder(unit, seat).id)
        await officers.sign(case, kind, unit, seat, **vote)
