"""What is written to disk because no service is set: in a demo it stands for people, in live mode it is nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.messengers.live_only import StandInMessenger
from adapters.messengers.outbox import OutboxMessenger
from adapters.publishers.outbox import OutboxPublisher
from adapters.register.store import SqlRegister
from domain.case.payloads import Issued, NotIssued
from domain.errors import RefusedForGood
from domain.office.office import Office
from domain.vocabulary import Mode
from settings import Settings
from tests.activities.factories import issue, letter
from tests.office_env import office_of
from wiring.delivery import MissingServices, make_messengers, missing_services, require_services


def office(mode: Mode, channels: dict[str, str] | None = None) -> Office:
    known = office_of(Settings())
    changed = {"terms": known.terms.model_copy(update={"mode": mode}), "channels": channels or known.policy.channels}
    return known.model_copy(update={"policy": known.policy.model_copy(update=changed)})


@pytest.mark.parametrize(
    ("set_", "missing"),
    [
        ({}, {"PIYAO_SMTP_URL": ["mail"], "PIYAO_MESSAGE_URL": ["sms", "wecom"], "PIYAO_PARTNER_URL": ["partner"]}),
        (
            {"smtp_url": "smtp://mail.example"},
            {"PIYAO_MESSAGE_URL": ["sms", "wecom"], "PIYAO_PARTNER_URL": ["partner"]},
        ),
        ({"message_url": "https://gw.example", "partner_url": "https://media.example"}, {"PIYAO_SMTP_URL": ["mail"]}),
    ],
)
def test_a_live_office_is_refused_a_channel_without_a_service(set_: dict[str, Any], missing: dict[str, Any]) -> None:
    with pytest.raises(MissingServices) as refused:
        require_services(Settings(**set_), office(Mode.LIVE))
    assert refused.value.channels == missing
    require_services(Settings(**set_), office(Mode.DRILL))


def test_a_file_is_no_service_of_a_live_office_and_a_channel_left_out_needs_none() -> None:
    channels = {"mail": "outbox", "sms": "none", "phone": "phone_task"}
    live = office(Mode.LIVE, channels)
    assert missing_services(Settings(partner_url="https://media.example"), live) == {"outbox": ["mail"]}


@pytest.mark.parametrize("mode", [Mode.DEMO, Mode.DRILL, Mode.LIVE])
async def test_a_channel_left_out_has_no_messenger(tmp_path: Path, mode: Mode) -> None:
    register = await SqlRegister.open(f"sqlite:///{tmp_path / 'register.db'}")
    found = make_messengers(Settings(data=tmp_path), office(mode, {"sms": "none", "phone": "phone_task"}), register)
    assert list(found) == ["phone"]
    await register.close()


async def test_a_live_letter_never_counts_as_delivered_on_disk(tmp_path: Path) -> None:
    stand_in = StandInMessenger(OutboxMessenger(tmp_path))
    await stand_in.send(letter(mode=Mode.DEMO))
    with pytest.raises(RefusedForGood):
        await stand_in.send(letter("other", mode=Mode.LIVE))
    assert len((tmp_path / "notices.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(("mode", "answer"), [(Mode.DEMO, Issued), (Mode.DRILL, Issued), (Mode.LIVE, NotIssued)])
async def test_a_page_on_disk_is_never_public(tmp_path: Path, mode: Mode, answer: type) -> None:
    publisher = OutboxPublisher(tmp_path, base_url="http://127.0.0.1:8400")
    said = await publisher.issue(issue("partner", mode=mode))
    assert isinstance(said, answer)
    assert not isinstance(said, Issued) or said.on_file
