"""Ports: a free one where none is asked for, and a clear word when the wanted one is taken."""

from __future__ import annotations

import secrets
import socket
from contextlib import ExitStack
from typing import NamedTuple

from cli.messages import message

HOST = "127.0.0.1"

QUIET = range(20_000, 32_000)
"""Where a free port is looked for: below those the system hands out by itself to whoever connects meanwhile."""

TRIES = 50


class PortBusy(Exception):
    """Say that a port is taken; names it and the option that chooses another."""


class Ports(NamedTuple):
    """Be the three ports of a stack; each is chosen by an option of its name."""

    api: int
    temporal: int
    ui: int


def settle(*, api: int, temporal: int, ui: int) -> Ports:
    """Return ports that are free and differ; 0 asks for any.

    Raises:
        PortBusy: something listens on a wanted port already, or two options ask for the same.
    """
    wanted = Ports(api, temporal, ui)._asdict()
    with ExitStack() as held:
        # those asked for by number first, so that no free one takes theirs
        found = {name: _hold(held, name, port) for name, port in wanted.items() if port}
        found |= {name: _any(held, name) for name, port in wanted.items() if not port}
        return Ports(**found)


def _any(held: ExitStack, name: str) -> int:
    """Hold a port that is free now, and that nobody is given before the server that asked for it listens there."""
    for _ in range(TRIES):
        try:
            return _hold(held, name, QUIET[secrets.randbelow(len(QUIET))])
        except PortBusy:
            continue
    return _hold(held, name, 0)


def _hold(held: ExitStack, name: str, port: int) -> int:
    probe = held.enter_context(socket.socket())
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((HOST, port))
        probe.listen(1)
    except OSError as taken:
        raise PortBusy(message("port_busy", port=port, option=f"--{name}-port")) from taken
    found: int = probe.getsockname()[1]
    return found
