"""What one office takes in at most, and what it takes in together: `[limits]` and `[basket]` in `policy.toml`."""

from __future__ import annotations

from datetime import timedelta

from domain.values import Frozen


class Limits(Frozen):
    """The most that is taken in: reports a minute, decisions a second and at once, letters an hour.

    `ipv6_prefix` is the length of the network that counts as one source; an IPv4 address counts by itself.
    """

    anonymous_per_source: int = 10
    anonymous_in_all: int = 600
    reports_per_key: int = 120
    decisions_per_second: int = 5
    decisions_per_case: int = 8
    letters_per_hour: int = 20
    ipv6_prefix: int = 64


class BasketPolicy(Frozen):
    """Which reports wait together in a triage basket: those of fewer characters of their own, and for how long."""

    own_characters: int = 8
    window: timedelta = timedelta(hours=24)
