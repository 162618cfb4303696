"""Ports: a free one where none is asked for, and a clear message if a wanted one is taken."""

from __future__ import annotations

import secrets
import socket
import sys
from contextlib import ExitStack
from typing import NamedTuple

from cli.messages import message

HOST = "127.0.0.1"

FREE_RANGE = range(20_000, 32_000)
"""Where a free port is looked for: below those the system itself gives to connections that are opened meanwhile."""

TRIES = 50


class PortBusy(Exception):
    """Raised when a port is taken; names it and the option that chooses another."""


class Ports(NamedTuple):
    """The three ports of a stack; each is chosen by an option of its name."""

    api: int
    temporal: int
    ui: int


def choose_ports(*, api: int, temporal: int, ui: int) -> Ports:
    """Return ports that are free and differ; 0 asks for any.

    Raises:
        PortBusy: something listens on a wanted port already, or two options ask for the same.

    """
    wanted = Ports(api, temporal, ui)._asdict()
    with ExitStack() as sockets:
        # those asked for by number first, so that no free one takes theirs
        found = {name: _bind(sockets, name, port) for name, port in wanted.items() if port}
        found |= {name: _bind_any(sockets, name) for name, port in wanted.items() if not port}
        return Ports(**found)


def _bind_any(sockets: ExitStack, name: str) -> int:
    """Bind a port that nobody else has and that nobody else is given before its server listens on it."""
    for _ in range(TRIES):
        try:
            return _keep(FREE_RANGE[secrets.randbelow(len(FREE_RANGE))])
        except OSError:
            continue
    return _bind(sockets, name, 0)


def _keep(port: int) -> int:
    """Bind a port until this process ends, and let the server that is told its number listen on it.

    Whoever binds like this is refused a port that anybody has bound; a server shares one on which nobody listens.
    """
    with socket.socket() as taken:
        taken.bind((HOST, port))
        if sys.platform == "linux":  # elsewhere a bound port cannot be shared
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.detach()
    return port


def _bind(sockets: ExitStack, name: str, port: int) -> int:
    probe = sockets.enter_context(socket.socket())
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((HOST, port))
        probe.listen(1)
    except OSError as taken:
        raise PortBusy(message("port_busy", port=port, option=f"--{name}-port")) from taken
    found: int = probe.getsockname()[1]
    return found
