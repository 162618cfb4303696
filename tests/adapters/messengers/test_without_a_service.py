"""What is written to disk because no service is set: in a demo it stands for people, in live mode it is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.messengers.live_only import StandInMessenger
from adapters.messengers.outbox import OutboxMessenger
from adapters.publishers.outbox import OutboxPublisher
from domain.case.payloads import Issued, NotIssued
from domain.errors import RefusedForGood
from domain.office.office import Office
from domain.vocabulary import Mode
from settings import Settings
from tests.activities.factories import issue, letter
from tests.office_env import office_of
from wiring.delivery import make_messengers


def office(mode: Mode) -> Office:
    known = office_of(Settings())
    terms = known.terms.model_copy(update={"mode": mode})
    return known.model_copy(update={"policy": known.policy.model_copy(update={"terms": terms})})


@pytest.mark.parametrize(
    ("mode", "channels"),
    [(Mode.LIVE, ["mail", "phone"]), (Mode.DRILL, ["mail", "phone", "sms", "wecom"])],
)
def test_a_live_office_does_without_a_channel_that_has_no_service(
    tmp_path: Path, mode: Mode, channels: list[str]
) -> None:
    settings = Settings(data=tmp_path, smtp_url="smtp://127.0.0.1:25?from=a@b.example")
    assert sorted(make_messengers(settings, office(mode))) == channels


async def test_a_live_letter_never_counts_as_delivered_on_disk(tmp_path: Path) -> None:
    stand_in = StandInMessenger(OutboxMessenger(tmp_path))
    await stand_in.send(letter(mode=Mode.DEMO))
    with pytest.raises(RefusedForGood):
        await stand_in.send(letter("other", mode=Mode.LIVE))
    assert len((tmp_path / "notices.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(("mode", "answer"), [(Mode.DEMO, Issued), (Mode.DRILL, Issued), (Mode.LIVE, NotIssued)])
async def test_a_live_page_on_disk_is_not_public(tmp_path: Path, mode: Mode, answer: type) -> None:
    publisher = OutboxPublisher(tmp_path, base_url="http://127.0.0.1:8400")
    assert isinstance(await publisher.issue(issue("partner", mode=mode)), answer)
