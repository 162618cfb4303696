"""Which ports a process listens on, as the kernel says (Linux); elsewhere nothing is known."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

LISTENS = "0A"
"""The state of a socket that listens, in `/proc/net/tcp`."""

SOCKET = re.compile(r"socket:\[(\d+)\]")


def listening(pid: int) -> list[str]:
    """Return the addresses with ports a process listens on, sorted; none if the kernel does not say."""
    try:
        held = {found[1] for link in Path(f"/proc/{pid}/fd").iterdir() if (found := SOCKET.match(_target(link)))}
    except OSError:
        return []
    rows = [line.split() for name in ("tcp", "tcp6") for line in _table(pid, name)]
    return sorted({_address(row[1]) for row in rows if row[3] == LISTENS and row[9] in held})


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:  # closed meanwhile
        return ""


def _table(pid: int, name: str) -> list[str]:
    try:
        return Path(f"/proc/{pid}/net/{name}").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return []


def _address(written: str) -> str:
    """Return `127.0.0.1:7233` for what the kernel writes as `0100007F:1C41`: words of four bytes, each turned round."""
    host, _, port = written.partition(":")
    words = [bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, len(host), 8)]
    family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
    shown = socket.inet_ntop(family, b"".join(words))
    return f"{shown}:{int(port, 16)}" if family is socket.AF_INET else f"[{shown}]:{int(port, 16)}"
