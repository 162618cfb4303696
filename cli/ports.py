"""Ports: a free one where none is asked for, and a clear word when the wanted one is taken."""

from __future__ import annotations

import socket
from contextlib import ExitStack

from cli.said import said

HOST = "127.0.0.1"


class PortBusy(Exception):
    """Say that a port is taken; names it and the option that chooses another."""


def settle(**wanted: int) -> dict[str, int]:
    """Return a port for each option, 0 meaning any free one; no two are the same.

    Raises:
        PortBusy: something listens on a wanted port already, or two options ask for the same.
    """
    with ExitStack() as held:
        # those asked for by number first, so that no free one takes theirs
        ports = {name: _hold(held, name, port) for name, port in wanted.items() if port}
        return ports | {name: _hold(held, name, 0) for name, port in wanted.items() if not port}


def _hold(held: ExitStack, name: str, port: int) -> int:
    probe = held.enter_context(socket.socket())
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((HOST, port))
        probe.listen(1)
    except OSError as taken:
        option = "--" + name.replace("_", "-")
        raise PortBusy(said("port_busy", port=port, option=option, reason=taken.strerror or taken)) from taken
    found: int = probe.getsockname()[1]
    return found
