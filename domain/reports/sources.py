"""Sources: from how many different places a claim is reported, with nobody's address kept (docs/decisions/0028).

A unit is one source. Of the public a source is the network around an address, of which only a mark under a key of the
day is kept, and the key no longer than `KEPT`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_network

IPV4_PREFIX, IPV6_PREFIX = 24, 48
"""The networks that count as one source: a provider gives one customer up to a /48, and 256 neighbours are few."""

KEPT = timedelta(days=7)
"""For how long a key of the day and the marks under it are kept: so long a source counts once for a claim."""

HEAT = timedelta(hours=1)
"""The span within which the different sources of a claim are counted as its heat."""

_UNIT = "unit:"


@dataclass(frozen=True)
class Source:
    """Where a report comes from: the unit of whoever hands it in with a key, else the network of the sender.

    The network is shown nowhere, and stored only as a mark.
    """

    unit: str | None = None
    network: str = field(default="", repr=False)


def network_of(address: IPv4Address | IPv6Address) -> str:
    """Return the network around an address that counts as one source."""
    prefix = IPV4_PREFIX if isinstance(address, IPv4Address) else IPV6_PREFIX
    return str(ip_network(f"{address}/{prefix}", strict=False))


def marks_of(source: Source, keys: Iterable[bytes]) -> tuple[str, ...]:
    """Return the marks of a source: that of a unit is its code; of a network there is one under each key, in order."""
    if source.unit is not None:
        return (f"{_UNIT}{source.unit}",)
    return tuple(hmac.new(key, source.network.encode(), hashlib.sha256).hexdigest() for key in keys)


def is_of_public(mark: str) -> bool:
    """Return whether a mark is that of a network, which is not kept for long."""
    return not mark.startswith(_UNIT)


def is_kept(made: date, today: date) -> bool:
    """Return whether a key made on a day is still in use today; one of a day to come is that of a clock set back."""
    return today - made < KEPT
