"""Run the faults, let everything come to rest, check; ends with 1 when anything is wrong."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import logs
from adapters.register.store import SqlRegister
from bench.support.offices import unbounded
from cli.api_client import ApiClient
from cli.demo.officers import Officers
from settings import Settings
from tests.chaos.checking import Quiet
from tests.chaos.faults import Fault, planned, strike
from tests.chaos.office import House, open_house
from tests.chaos.people import PUBLISHED, People
from tests.chaos.receivers import receiving
from tests.chaos.verdict import judged
from tests.chaos.watch import Watch
from wiring.office import load_office, write_sample_keys

CALLERS = 6


async def disturb(house: House, people: People, seed: int, kills: int) -> list[Fault]:
    """Let people play while part after part is killed; what they have begun is brought to its end."""
    playing = asyncio.create_task(people.play(CALLERS))
    chance = random.Random(seed)
    faults = []
    try:
        for plan in planned(seed, kills):
            striking = asyncio.create_task(strike(house, people, plan, chance))
            await asyncio.wait({striking, playing}, return_when=asyncio.FIRST_COMPLETED)
            if playing.done():
                striking.cancel()
                playing.result()
            faults.append(await striking)
            print(f"{len(faults):3} {faults[-1].says()}", flush=True)
    finally:
        people.stop.set()
    await playing
    return faults


async def rest(house: House, people: People) -> None:
    """Wait until every case has ended, as far as it ever will."""
    for case in people.cases:
        try:
            async with asyncio.timeout(60):
                await house.client.get_workflow_handle(f"case-{case.id}").result()
        except TimeoutError:
            return  # the check will name it


async def followed(register: SqlRegister) -> None:
    """Wait until no case is to be asked any more; if that never comes, the check will name the case."""
    for _ in range(120):
        if not await register.due(datetime.now(UTC) + timedelta(hours=1), 1):
            return
        await asyncio.sleep(0.5)


async def run(seed: int, kills: int) -> dict[str, Any]:
    """Run one seed."""
    watch = Watch()
    with tempfile.TemporaryDirectory(prefix="piyao-chaos-") as folder, receiving(watch) as (receivers, environment):
        data = Path(folder)
        config = unbounded(data)
        settings = Settings(config=config, data=data)
        office = load_office(settings)
        keys = write_sample_keys(settings, office)
        assert keys is not None
        async with (
            open_house(data, {**environment, "PIYAO_CONFIG": str(config)}) as house,
            ApiClient(house.plan.api) as api,
        ):
            people = People(api, office, keys, watch, seed)
            twin = await people.case(PUBLISHED)
            faults = await disturb(house, people, seed, kills)
            await rest(house, people)
            register = await SqlRegister.open(settings.register)
            try:
                await followed(register)
                officers = Officers(api, office, keys, datetime.now(UTC))
                quiet = Quiet(house.client, register, api, officers, people, receivers, data / "outbox", twin)
                wrong = await quiet.wrong()
            finally:
                await register.close()
            wrong += [f"{name} ended though nobody killed it" for name in house.died_alone()]
            wrong += [f"never fired as meant ({fault.meant}): {fault.says()}" for fault in faults if not fault.fired]
            return told(people, receivers, faults, wrong)


def told(people: People, receivers: Any, faults: list[Fault], wrong: list[str]) -> dict[str, Any]:
    """Gather the figures."""
    bodies = [*receivers.messages.values(), *receivers.pages.values()]
    return {
        "kills": {part: sum(fault.part == part for fault in faults) for part in sorted({f.part for f in faults})},
        "cases": len(people.cases),
        "reports": len(people.reports),
        "decisions": sum(len(case.answered) for case in people.cases),
        "sent_again": people.sent_again,
        "deliveries": sum(len(one) for one in bodies),
        "delivered_again": sum(len(one) - 1 for one in bodies),
        "wrong": wrong,
    }


def main() -> int:
    """Run, tell, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=10, help="how often each of the three parts is killed")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args()
    logs.configure(level="ERROR")
    begun = time.monotonic()
    return judged(asked.seed, begun, asyncio.run(run(asked.seed, asked.kills)), asked.json)


if __name__ == "__main__":
    code = main()
    # Temporal's native client may crash the interpreter at exit unless its threads get a moment (sdk-python#300).
    time.sleep(0.05)
    sys.exit(code)
