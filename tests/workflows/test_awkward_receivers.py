"""A case beside each kind of mail server: one copy per letter, a receipt, and who heard instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.messengers import courier
from tests.receivers.story import KINDS, Outcome, played

DUTY = "wxb-duty"


async def story(server: WorkflowEnvironment, folder: Path, kind: str, factor: float) -> Outcome:
    return await played(server, folder, KINDS[kind], factor=factor, patience=60)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "PATIENCE", 0.5)


@pytest.mark.parametrize(("kind", "factor"), [("prompt", 1.0), ("slow", 0.1), ("greylists", 0.1)])
async def test_whoever_is_slow_or_greylists_gets_one_copy_and_its_receipt_is_kept(
    server: WorkflowEnvironment, tmp_path: Path, kind: str, factor: float
) -> None:
    told = await story(server, tmp_path, kind, factor)
    assert told.copies
    assert set(told.copies.values()) == {1}
    assert (DUTY, "mail") in told.heard
    assert set(told.events) == {"notified"}


@pytest.mark.parametrize("kind", ["refuses", "shuts out", "relays not"])
async def test_whoever_is_refused_is_reached_by_the_next_channel_at_once_and_the_timeline_says_so(
    server: WorkflowEnvironment, tmp_path: Path, kind: str
) -> None:
    told = await story(server, tmp_path, kind, 1.0)
    assert not told.copies
    assert (DUTY, "sms") in told.heard
    assert told.events[0] == "letter_refused"
    assert "notified" in told.events
    assert told.seconds < 15


async def test_where_nobody_can_be_reached_the_administrators_hear_of_it_at_once(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    told = await story(server, tmp_path, "refuses all", 1.0)
    assert (told.heard, told.copies) == ([], {})
    assert (DUTY, "mail") in told.undelivered
    assert {"letter_refused", "not_notified"} <= set(told.events)
    assert told.seconds < 40


async def test_whoever_is_gone_after_the_last_line_gets_three_copies_and_the_next_channel_is_tried(
    server: WorkflowEnvironment, tmp_path: Path
) -> None:
    told = await story(server, tmp_path, "cuts", 1 / 300)
    assert set(told.copies.values()) == {3}
    assert (DUTY, "sms") in told.heard
