"""Ports: free ones on request, and never one twice."""

from __future__ import annotations

import socket
import sys

import pytest

from cli.supervisor.free_ports import FREE_RANGE, PortBusy, choose_ports


def test_zero_asks_for_any_free_port_and_no_two_are_the_same() -> None:
    found = choose_ports(api=0, temporal=0, ui=0)

    assert len(set(found)) == 3
    assert all(port in FREE_RANGE for port in found)


def test_a_wanted_port_is_kept() -> None:
    free = choose_ports(api=0, temporal=0, ui=0).api

    assert choose_ports(api=0, temporal=free, ui=0).temporal == free


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a server listen on a port that is bound")
def test_a_free_port_is_its_servers_alone() -> None:
    free = choose_ports(api=0, temporal=0, ui=0).api

    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", free))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", free))
    with socket.create_server(("127.0.0.1", free)), socket.create_connection(("127.0.0.1", free)):
        pass


def test_one_port_for_two_is_refused_with_the_option() -> None:
    free = choose_ports(api=0, temporal=0, ui=0).api

    with pytest.raises(PortBusy, match=f"{free}.*--ui-port"):
        choose_ports(api=free, temporal=0, ui=free)


def test_a_port_somebody_listens_on_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortBusy, match="--api-port"):
        choose_ports(api=taken.getsockname()[1], temporal=0, ui=0)
