"""A triage basket in the list on a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from cli.render.case import case_list

ROW: dict[str, Any] = {
    "case_id": "c123456789",
    "number": "辟〔2026〕0123",
    "claim": "停水了？",
    "level": "yellow",
    "sightings": 312,
    "summary": None,
    "run": "running",
}


def test_a_basket_is_one_line_with_the_number_of_its_reports(capsys: pytest.CaptureFixture[str]) -> None:
    case_list([ROW | {"basket": True}, ROW | {"claim": "停电了？", "basket": False}])

    shown = capsys.readouterr().out
    assert "停水了？ 等312条（待归并）" in shown
    assert "停电了？\n" in shown
