"""A case on a terminal: what its timeline lacks is told in its place."""

from __future__ import annotations

import pytest

from cli.render import case
from domain.case.summarise import summarise
from tests.adapters.office.played_cases import rebutted


def test_entries_the_register_has_lost_are_told_where_they_lack(capsys: pytest.CaptureFixture[str]) -> None:
    *_, story = rebutted()
    summary = summarise(story.case).model_dump(mode="json")
    entries = [{"epoch": 1, **entry.model_dump(mode="json")} for entry in story.entries]

    for shown in (entries, [*entries[:1], *entries[3:]]):
        case._print(case._timeline(summary, shown))

    assert capsys.readouterr().out.count("台账缺第 2 至 3 条记录") == 1
