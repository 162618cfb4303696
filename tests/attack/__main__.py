"""Attack a running house through Temporal's port, round after round until its worker was killed often enough, with -9.

`python -m tests.attack [--rounds N] [--kills N] [--seed N]`. The exit status is 1 if anything was accepted, or if a
row, a letter, a page or an event of the victim is there afterwards that was not there before.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

import logs
from api.app import follow
from bench.support.player import Player
from bench.support.processes import ROOT, dev_server, kill, python
from cli.supervisor import temporal_server
from cli.supervisor.process import ManagedProcess
from desk import CaseDesk
from settings import Settings
from temporal.client import connect
from temporal.converter import data_converter
from tests.attack.loot import Loot, loot_of
from tests.attack.port import Attack, Broken, Port
from tests.attack.rogue import FORGERY, Captured, Thief, lies, rogue
from tests.attack.traces import traces
from wiring.api import open_desk
from wiring.office import load_office
from wiring.storage import make_seal
from wiring.worker import workflow_runner
from workflows import names
from workflows.rumor_case import RumorCase

QUEUE = "attacked"
TOGETHER = 8
EACH = 40.0
"""Seconds an attack has: one that meets a killed worker waits for the next."""


async def loot(client: Client, case: str) -> Loot:
    return loot_of(await client.get_workflow_handle(names.workflow_id(case)).fetch_history())


async def attack_all(attacks: list[Attack], found: Counter[str]) -> None:
    """Carry out attacks, some at a time, and count how each ended."""
    turns = asyncio.Semaphore(TOGETHER)

    async def one(attack: Attack) -> None:
        async with turns:
            try:
                await asyncio.wait_for(attack.is_refused(), EACH)
            except Broken as broken:
                print("ACCEPTED:", broken)
                found["accepted"] += 1
            except TimeoutError:  # nobody answered: what it left is looked at in the end
                found["unanswered"] += 1
            else:
                found["refused"] += 1

    await asyncio.gather(*(one(attack) for attack in attacks))


async def killed(worker: ManagedProcess, kills: int, chance: random.Random) -> None:
    """Kill the worker again and again."""
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(2.0, 5.0))
        await kill(worker)
        await worker.start()


async def robbed(desk: CaseDesk, own: Client, sealed: Client, worker: ManagedProcess) -> list[str]:
    """Play a case while somebody else's worker takes what it asks of activities; return what is wrong with it then."""
    thief, player = Thief(own, QUEUE, lies()), Player(desk)
    blind = Worker(sealed, task_queue=QUEUE, workflows=[RumorCase], workflow_runner=workflow_runner())
    following = asyncio.create_task(follow(desk, 1.0))
    await kill(worker)
    async with thief.worker:
        async with blind:  # it runs cases and no activity: all of those are the thief's
            case = await player.opens_and_publishes()
            await asyncio.sleep(EACH / 2)
        await worker.start()
    wrong = [] if set(thief.took) >= {"notify", "publish"} else [f"the thief got {set(thief.took)}"]
    try:
        async with asyncio.timeout(3 * EACH):
            await player.closes(case)
    except TimeoutError:
        wrong.append("the case does not get on")
    await asyncio.sleep(5)  # the register has all of it
    following.cancel()
    told = await desk.register.timeline(case)
    wrong += [f"believed: {one.event.kind}" for one in told if FORGERY in str(one)]
    return wrong if await desk.register.page(case) else [*wrong, "no page"]


async def main(rounds: int, kills: int, seed: int) -> int:
    """Play the attack; return the exit status."""
    logs.configure(level="ERROR")
    with tempfile.TemporaryDirectory(prefix="piyao-attack-") as place:
        folder = Path(place)
        settings = Settings(data=folder, task_queue=QUEUE, smtp_url=None, message_url=None, partner_url=None)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(dev_server(folder))
            environment = {"PIYAO_DATA": place, "PIYAO_TASK_QUEUE": QUEUE}
            worker = await stack.enter_async_context(python("worker", [str(ROOT / "worker.py")], folder, environment))
            own = await connect(None)
            await temporal_server.wait_for_worker(own, QUEUE)
            desk = await stack.enter_async_context(open_desk(settings, load_office(settings)))
            queue = await stack.enter_async_context(rogue(own))
            status = await attacked(desk, own, worker, queue, folder, rounds, kills, random.Random(seed))
            wrong = await robbed(desk, own, await connect(make_seal(settings)), worker)
            print("robbed of its activities:", wrong or "nothing came of it")
            return 1 if wrong else status


async def attacked(
    desk: CaseDesk,
    own: Client,
    worker: ManagedProcess,
    queue: str,
    folder: Path,
    rounds: int,
    kills: int,
    chance: random.Random,
) -> int:
    """Attack a case that is as far as it can be, and look at what is left of it."""
    victim, other = [await Player(desk).opens_and_publishes() for _ in range(2)]
    following = asyncio.create_task(follow(desk, 1.0))
    await asyncio.sleep(15)  # letters and pages are out, and the register has all of it
    following.cancel()

    async def connected(captured: Captured) -> Client:
        return await Client.connect(
            own.service_client.config.target_host, data_converter=data_converter, interceptors=[captured]
        )

    port = Port(connected, own, queue, QUEUE, victim, await loot(own, victim), await loot(own, other))
    before, found, done = traces(folder), Counter[str](), 0
    killing = asyncio.create_task(killed(worker, kills, chance))
    while done < rounds or not killing.done():
        attacks = [attack for attack in port.attacks() if not attack.writes]
        chance.shuffle(attacks)
        await attack_all(attacks, found)
        done += 1
    await killing
    await attack_all([attack for attack in port.attacks() if attack.writes], found)
    after = traces(folder)
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    again = await loot(own, victim)
    events = len(again.updates) - len(port.loot.updates) + len(again.activities) - len(port.loot.activities)
    print(f"{dict(found)} in {done} rounds, kills {kills}, changed {changed}, decisions and effects {events:+d}")
    return 1 if found["accepted"] or changed or events else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.rounds, given.kills, given.seed)))
