"""In a demo or a drill nothing leaves the machine: receivers are on loopback, or they are not used."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from domain.vocabulary import Mode
from texts.catalogue import current


class OutsideError(ValueError):
    """Raised when a receiver outside the machine is set where only loopback is allowed."""


def on_loopback(url: str) -> bool:
    """Return whether a URL names this machine: 127.0.0.0/8, ::1 or localhost."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def require_loopback(url: str, mode: Mode, name: str) -> None:
    """Raise OutsideError for a receiver outside the machine in mode demo or drill.

    `name` is the setting that holds `url`; empty where the caller says it.

    Raises:
        OutsideError: the URL names another machine.

    """
    if mode is not Mode.LIVE and not on_loopback(url):
        host = urlsplit(url).hostname or "–"
        sentence = current().phrase("config", "outside", host=host, mode=current().word("mode_name", mode))
        raise OutsideError(f"{name}：{sentence}" if name else sentence)
