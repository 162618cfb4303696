"""The demo from its start to its end, as one process: everything holds, and nothing but its story is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.piyao import piyao

TMP = "TMPDIR"


def played(tmp_path: Path, *words: str) -> tuple[str, dict[str, Any]]:
    """What a demo printed, and its figures; its scratch folder is gone."""
    scratch, figures = tmp_path / "scratch", tmp_path / "summary.json"
    scratch.mkdir()
    run = piyao("demo", "--exit", "--summary", str(figures), *words, timeout=240, **{TMP: str(scratch)})
    said = run.stdout + run.stderr
    assert run.returncode == 0, said
    assert not re.search(r"Traceback|Warning|warning", said), said
    assert list(scratch.iterdir()) == []
    assert not re.search(rf"https?://|{re.escape(str(tmp_path))}", said), "what has ended has no address"
    return said, json.loads(figures.read_text(encoding="utf-8"))


def test_the_main_job_is_played_to_published_answers(tmp_path: Path) -> None:
    said, figures = played(tmp_path)

    assert figures == {
        "reports": 131, "cases": 12, "joined": 119, "decided": 9, "closed": 12, "waiting": 0, "failed": 0,
        "waiting_on": [],
    }  # fmt: skip
    assert re.search("提醒 [123] 次、临期 [12] 次", said)
    assert "曾无应答的单位：市交通运输委" in said
    assert "✓ 公开页面与签发的文稿一致" in said
    assert "✓ 全部 12 份流程历史" in said
    assert "✗" not in said
    assert re.search(r"(?m)^  辟〔\d{4}〕\d{4} 不实　\S+", said)


def test_reports_of_a_file_are_decided_where_it_knows_the_verdict_and_wait_where_not(tmp_path: Path) -> None:
    rows = [
        {"text": "东汀区地铁三号线明天起停运一个月", "verdict": "false"},
        {"claim": "吃大蒜能够预防流感病毒感染", "verdict": "mixed"},
        {"claim": "喝白酒可以给口腔彻底消毒杀菌", "verdict": "unproven"},
        {"text": "本市医院下周开始全部取消预约挂号"},
        {"text": "东汀区地铁三号线明天起停运一个月！", "verdict": "false"},
        {"text": "路塌了？", "verdict": "false"},
        {"text": "网传路塌了！", "verdict": "false"},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")

    _, figures = played(tmp_path, "--reports", str(file))

    waiting = figures.pop("waiting_on")
    assert figures == {
        "reports": 7, "cases": 5, "joined": 2, "decided": 4, "closed": 4, "waiting": 1, "failed": 0,
    }  # fmt: skip
    assert [(one["person"], one["clock"]) for one in waiting] == [("wxb-duty", "interim")]
    assert waiting[0]["due"] > "2026"


def test_a_file_that_cannot_be_played_is_refused_before_anything_starts(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("{}", encoding="utf-8")

    refused = piyao("demo", "--exit", "--reports", str(file), **{TMP: str(tmp_path)})

    assert refused.returncode == 1
    assert list(tmp_path.iterdir()) == [file]
    assert "rows.jsonl" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("kept", ["register.db"])
def test_a_folder_with_other_data_is_refused(kept: str, tmp_path: Path) -> None:
    (tmp_path / kept).touch()

    refused = piyao("demo", "--exit", "--data", str(tmp_path))

    assert refused.returncode == 1
    assert str(tmp_path) in refused.stderr
