"""Whoever reaches Temporal without the desk's seal decides nothing."""

from __future__ import annotations

import asyncio
import json

import pytest

from domain.decider.decide import RULES
from domain.decisions import Escalate
from tests.conftest import SERVER
from tests.office_env import World
from workflows import names

pytestmark = pytest.mark.people

DIGEST = "0" * 64
CAPTURED = "2026-11-23T09:00:00+08:00"
EVIDENCE = {"kind": "记录", "source": "水厂", "digest": DIGEST, "captured_at": CAPTURED}
PUBLISHED = {"title": "标题", "text": "正文", "url": "https://swj.mc.example/1", "captured_at": CAPTURED}
BODIES: dict[str, dict[str, object]] = {
    "triage": {"level": "yellow", "topic": "供水", "lead": "swj"},
    "acknowledge": {"clock": "triage", "unit": "wxb"},
    "assign": {"lead": "swj", "reason": "指派"},
    "add_unit": {"unit": "hbj"},
    "release": {"unit": "hbj", "reason": "不再需要"},
    "relevel": {"level": "blue", "reason": "不急"},
    "accept": {},
    "decline": {"reason": "不归我们"},
    "transfer": {"to": "hbj", "reason": "不归我们"},
    "finding": {"verdict": "false", "explanation": "不实", "evidence": [EVIDENCE]},
    "return_finding": {"unit": "swj", "missing": "数据"},
    "draft": {"publication": "rebuttal", "title": "标题", "text": "正文"},
    "review": {"digest": DIGEST, "outcome": "approve"},
    "consent": {"digest": DIGEST, "outcome": "approve"},
    "sign": {"digest": DIGEST, "outcome": "approve"},
    "consult": {"act": "call", "text": "是否停水"},
    "interim": {},
    "record_publication": {"unit": "swj", "publication": "rebuttal", **PUBLISHED},
    "resolve_delivery": {"ref": 1, "act": "again", "reason": "地址已更正"},
    "override": {"unit": "hbj", "reason": "来不及"},
    "confirm": {"ref": 1, "outcome": "approve"},
    "phone_log": {"clock": "triage", "unit": "wxb", "outcome": "reached"},
    "pause": {"reason": "superior", "until": CAPTURED, "evidence": [EVIDENCE]},
    "resume": {},
    "extend": {"clock": "answer", "unit": "swj", "longer": "1h", "reason": "检测"},
    "escalate": {"expected_level": 0, "reason": "值班室电话占线"},
    "nudge": {"clock": "triage", "unit": "wxb"},
    "supervise": {"clock": "triage", "unit": "wxb", "reason": "督办"},
    "note": {"text": "一句话"},
    "split": {"report_id": "r2", "reason": "不是同一说法"},
    "move_reports": {"reports": ["r2"], "into": "辟〔2026〕0003"},
    "close": {},
}


def test_every_kind_is_tried() -> None:
    assert set(BODIES) == set(RULES)
    for kind, body in BODIES.items():
        RULES[kind].model.model_validate(body)


async def test_the_command_line_of_temporal_moves_no_case(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id
    await world.quiet(case)
    before = (await world.length(case), await world.events(case))

    answers = await asyncio.gather(*(sent(world, case, kind, body) for kind, body in BODIES.items()))

    for code, said in answers:
        assert code != 0
        assert "决定未经身份验证，未执行" in said
    assert (await world.length(case), await world.events(case)) == before


async def test_an_operator_rings_the_next_rung_with_a_key(warm_world: World) -> None:
    world = warm_world
    case = (await world.report()).case_id

    await world.decide(case, Escalate(expected_level=0, reason="值班室电话占线"), "wxb", "duty")

    rung = (await world.events(case, "rung_rang"))[-1]
    assert (rung["n"], rung["by_hand"]) == (1, "值班室电话占线")
    assert rung["by"]["person"] == world.officer("wxb", "duty").id


@pytest.mark.parametrize(
    "body",
    [
        '"a text"',
        "[]",
        '{"expected_level": "0", "reason": "x"}',
        '{"expected_level": 0, "reason": "x", "unti": "wxb"}',
        '{"reason": 1}',
        "{",
    ],
)
async def test_a_malformed_escalation_leaves_the_case_alone(warm_world: World, body: str) -> None:
    case = (await warm_world.report()).case_id
    await warm_world.quiet(case)
    before = await warm_world.length(case)

    code, _ = await sent(warm_world, case, "escalate", body)

    assert code != 0
    assert await warm_world.length(case) == before
    assert (await warm_world.view(case)).escalation == 0


async def sent(world: World, case: str, kind: str, body: dict[str, object] | str) -> tuple[int, str]:
    """Send an Update by the command line of Temporal itself; return its exit code and what it said."""
    content = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    command = ("workflow", "update", "execute", "--workflow-id", names.workflow_id(case), "--name", kind)
    place = ("--address", world.client.service_client.config.target_host, "--namespace", world.client.namespace)
    process = await asyncio.create_subprocess_exec(
        SERVER, *command, *place, "--input", content, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()
