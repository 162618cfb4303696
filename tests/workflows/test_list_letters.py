"""A flood rings nobody a thousand times: after so many letters one names the rest, and no other letter is kept back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from domain.office.limits import Limits
from domain.ports.delivery import Recipient
from settings import Settings
from tests.office_env import World, office_of, open_world

MOST, FLOOD = 3, 10


def letters(world: World, channel: str) -> list[dict[str, str]]:
    """The letters the duty officer has had by a channel."""
    duty = world.officer("wxb", "duty").id
    return [line for line in world.outbox() if (line["person"], line["channel"]) == (duty, channel)]


async def test_a_flood_becomes_one_letter_and_a_units_report_rings_all_the_same(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    office = office_of(Settings())
    policy = office.policy.model_copy(update={"limits": Limits(letters_per_hour=MOST)})
    office = office.model_copy(update={"policy": policy})
    async with open_world(server, tmp_path, cache=200, office=office) as world:
        cases = [(await world.report(f"网传第{n}号大桥刚刚坍塌请勿前往")).case_id for n in range(FLOOD)]
        for case in cases:
            await world.quiet(case)
        rung = letters(world, "sms")
        partner = (await world.report("网传化工厂今晚爆炸请勿靠近", channel="platform:pt1")).case_id
        await world.quiet(partner)
        of_partner = [line for line in letters(world, "sms") if line["case_id"] == partner]

        await world.desk.alarm()
        told = letters(world, "sms")[len(rung) + len(of_partner) :]
        await world.desk.alarm()

        assert (len(rung), len(of_partner), len(told)) == (MOST, 1, 1)
        assert "请打开待办页面，另有7件事项等您办理：http" in told[0]["text"]
        assert len(letters(world, "sms")) == MOST + 2
        calls = [line for line in world.outbox("phone_tasks") if line["case_id"] in cases]
        assert len(calls) == FLOOD, "a list letter by phone would reach nobody"
        keys = planned(world, cases)
        assert len(keys) > FLOOD
        assert await world.register.delivered(keys) == set(keys)


def planned(world: World, cases: list[str]) -> list[str]:
    """The keys of all receipts that are to be there for some cases."""
    with closing(sqlite3.connect(world.settings.data / "register.db")) as store:
        rows = store.execute("SELECT recipient FROM recipients").fetchall()
    found = [Recipient.model_validate_json(row[0]) for row in rows]
    return [row.key for row in found if row.notice.partition("/")[0] in cases]
