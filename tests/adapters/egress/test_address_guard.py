from __future__ import annotations

from ipaddress import ip_network

import pytest

from adapters.egress.address_guard import may_call
from adapters.egress.loopback import OutsideError, on_loopback, require_loopback
from domain.vocabulary import Mode

INSIDE = [
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "224.0.0.1",
    "ff0e::1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::7f00:1",
    "5f00::1",
    "192.88.99.1",
    "168.63.129.16",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_lead_inside_are_not_called_in_live(address: str) -> None:
    assert not may_call(address, Mode.LIVE)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_called_in_live_only(address: str) -> None:
    assert may_call(address, Mode.LIVE)
    assert not may_call(address, Mode.DEMO)
    assert not may_call(address, Mode.DRILL)


def test_a_trusted_network_is_called_in_live_and_not_in_demo() -> None:
    trusted = [ip_network("10.1.0.0/16")]
    assert may_call("10.1.2.3", Mode.LIVE, trusted)
    assert not may_call("10.2.2.3", Mode.LIVE, trusted)
    assert not may_call("10.1.2.3", Mode.DEMO, trusted)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "http://127.9.9.9/", "https://[::1]:2/", "smtp://localhost:25"]
)
def test_this_machine_is_allowed_in_every_mode(url: str) -> None:
    for mode in Mode:
        require_loopback(url, mode, "PIYAO_MESSAGE_URL")


@pytest.mark.parametrize(
    "url",
    [
        "http://mc.example/",
        "http://10.0.0.1/",
        "http://127.0.0.1.mc.example/",
        "http://127.0.0.1@mc.example/",
        "no url",
    ],
)
def test_another_machine_is_refused_by_the_name_of_its_setting_in_demo_and_drill(url: str) -> None:
    assert not on_loopback(url)
    for mode in (Mode.DEMO, Mode.DRILL):
        with pytest.raises(OutsideError, match=r"PIYAO_MESSAGE_URL：.*live"):
            require_loopback(url, mode, "PIYAO_MESSAGE_URL")
    require_loopback(url, Mode.LIVE, "PIYAO_MESSAGE_URL")
