"""One report beside one awkward mail server, on the real Temporal server: who heard, by what, how often."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.testing import WorkflowEnvironment

from adapters.messengers import courier
from domain.office.office import Office
from settings import Settings
from tests.adapters.awkward_mail import AwkwardMail, awkward_mail
from tests.office_env import World, office_of, open_world

YELLOW = "网传开窗通风会传播流感病毒，请大家不要开窗"
NUMBER = "+86-000-0001-01"


@dataclass(frozen=True)
class Kind:
    """A kind of mail server: how it behaves at full length, and what people have beside mail."""

    says: str
    how: Mapping[str, Any]
    other: bool = True

    def scaled(self, factor: float) -> dict[str, Any]:
        """How it behaves in a story that is so many times shorter."""
        return {name: value * factor if isinstance(value, float) else value for name, value in self.how.items()}


KINDS = {
    "prompt": Kind("answers at once", {}),
    "slow": Kind("greets after 3 s, answers DATA after 20 s", {"greeting": 3.0, "data": 20.0}),
    "greylists": Kind("451 to whom it does not know for 30 s", {"greylist": 30.0}),
    "refuses": Kind("550 to every recipient", {"rcpt": "550 5.1.1 no such user"}),
    "refuses all": Kind("550 to every recipient; people have mail only", {"rcpt": "550 5.1.1 no such user"}, False),
    "shuts out": Kind("535, the office's login is wrong", {"mail": "535 5.7.8 bad login"}),
    "relays not": Kind("554 5.7.1 to every recipient, the login is missing", {"rcpt": "554 5.7.1 Relay access denied"}),
    "cuts": Kind("takes DATA and cuts the connection", {"cut": True}),
}


@dataclass(frozen=True)
class Outcome:
    """What became of the letters: copies per Message-ID, receipts, who heard by what, the entries, how long it took."""

    copies: Counter[str]
    connections: int
    receipts: list[str]
    heard: list[tuple[str, str]]
    events: list[str]
    undelivered: list[tuple[str, str]]
    seconds: float


def office_with(other: bool) -> Office:
    """An office whose people have a mail address, and where `other` a number for text messages beside it."""
    office = office_of(Settings())
    more = {"sms": NUMBER} if other else {}
    people = tuple(
        one.model_copy(update={"addresses": {"mail": f"{one.id}@mc.example", **more}}) for one in office.people
    )
    return Office(**(dict(office) | {"people": people}))


async def played(server: WorkflowEnvironment, folder: Path, kind: Kind, *, factor: float, patience: float) -> Outcome:
    """Report a claim beside such a server, and wait until its case owes no letter any more."""
    again = courier.AGAIN
    courier.AGAIN = (again[0] * factor, again[1] * factor)
    try:
        async with (
            awkward_mail(**kind.scaled(factor)) as mail,
            open_world(server, folder, cache=200, office=office_with(kind.other), smtp_url=mail.url) as world,
        ):
            return await _told(world, mail, patience)
    finally:
        courier.AGAIN = again


async def _told(world: World, mail: AwkwardMail, patience: float) -> Outcome:
    begun = time.monotonic()
    case = (await world.report(YELLOW)).case_id
    while await _owes(world, case):
        assert time.monotonic() - begun < patience, "the letters are still on their way"
        await asyncio.sleep(0.2)
    took = time.monotonic() - begun
    start = f"{case}/v1/triage:wxb/g1/start"
    people = [one.id for one in world.office.people]
    keys = [f"{start}/{one}/{channel}" for one in people for channel in ("mail", "sms")]
    receipts = sorted(await world.register.delivered(keys))
    outcome = Outcome(
        copies=mail.copies,
        connections=mail.connections,
        receipts=receipts,
        heard=[(key.split("/")[-2], key.split("/")[-1]) for key in receipts],
        events=[event["kind"] for event in await world.events(case, *EVENTS)],
        undelivered=sorted({(row.person, row.channel) for row in await world.register.undelivered()}),
        seconds=took,
    )
    await world.handle(case).terminate("the story has been told")
    return outcome


EVENTS = ("notified", "not_notified", "letter_refused", "roster_gap")


async def _owes(world: World, case: str) -> bool:
    record = await world.desk._projector.ask(case)
    return record is None or bool(record.pending_effects)
