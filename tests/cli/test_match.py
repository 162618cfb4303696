"""`piyao match explain`: why a report stands in its case, in words and as JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from cli.render.match import page
from domain.matching.outcome import VERSION
from tests.cli.piyao import Up, piyao

CLAIM = "东湖公园的孔雀昨晚全部飞走了，管理处正在寻找"
AGAIN = f"听说{CLAIM}，是真的吗"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def duty(up: Up) -> Run:
    """Run a command as the office's duty officer."""
    key = up.data / "keys" / "persons" / "wxb-duty.key"

    def run(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return piyao(*words, PIYAO_API_URL=up.addresses["api"], **{"PIYAO_KEY_FILE": str(key), **more})

    return run


def test_a_report_is_explained_taken_out_and_explained_again(up: Up, duty: Run) -> None:
    case = json.loads(duty("report", CLAIM, "--json").stdout)["case_id"]
    report = json.loads(duty("report", AGAIN, "--json").stdout)["report_id"]

    explained = duty("match", "explain", report, "--json")
    assert explained.returncode == 0, explained.stderr
    told = json.loads(explained.stdout)
    said = duty("match", "explain", report)

    assert (told["placement"], told["case_id"], told["by_rule"]["version"]) == ("rule", case, VERSION)
    assert said.returncode == 0, said.stderr
    assert f"相近程度 {told['by_rule']['percent']}%　比对规则 {VERSION}" in said.stdout
    assert "说法相同、表述不同，按规则并入本事项" in said.stdout

    split = duty("decide", case, "split", "--report-id", report, "--reason", "不是一回事")
    after = duty("match", "explain", report)

    assert split.returncode == 0, split.stderr
    assert "另立" in after.stdout
    assert "理由：不是一回事" in after.stdout
    assert "已由人拆出，不再按规则并入" in after.stdout
    stranger = str(up.data / "keys" / "persons" / "swj-duty.key")
    refused = duty("match", "explain", report, PIYAO_KEY_FILE=stranger)
    assert (refused.returncode, f"没有线索 {report}" in refused.stderr) == (1, True)


def test_what_differs_is_named_in_words_and_what_people_wrote_is_made_inert(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reason = {"percent": 71, "common": ["孔雀飞走"], "differing": ["东湖 / 西湖"], "guards": ["place", "replaced"]}
    near = {
        "number": "辟〔2026〕0007",
        "claim": "www.shui.example 停水",
        "running": False,
        "path": None,
        "outcome": "link",
    }
    page(
        {
            "report_id": "r1",
            "number": "辟〔2026〕0008",
            "accepted_at": "2026-11-24T01:00:00Z",
            "text": CLAIM,
            "placement": "own",
            "by_rule": None,
            "then": [{**near, **reason, "version": VERSION}],
            "now": [],
        }
    )

    lines = capsys.readouterr().out.splitlines()
    assert "没有可以并入的事项，单独成事项。" in lines
    assert "  辟〔2026〕0007　已办结，没有公开回应　同一套说法的另一件事，不并入" in lines
    assert "    差别：地点不同、所指不同" in lines
    assert "    不同：东湖 / 西湖" in lines
    assert "    “www．shui．example 停水”" in lines
    assert lines[-1] == "  没有相近的事项。"
